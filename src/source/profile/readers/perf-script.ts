/**
 * `perf script`: a head for each sample, its frames from the innermost outwards, an empty line.
 * Not read: samples without a stack, and events other than of CPU time (a switch of threads has
 * a stack, too, but says nothing of where time goes). With `-F +srcline`, lines are skipped.
 */
import type { StackTree } from '../stack-tree.ts';
import type { LineReader } from './reader.ts';

const HEAD =
  /^(?:(.*?)\s+(-?\d+)(?:\/(-?\d+))?\s+)?(?:\[\d+\]\s+)?(?:[^\s:]{4,8}\s+)?(\d+\.\d+):\s+(?:\d+\s+)?(\S+?):/;
const OF_NO_TIME =
  /^(?:sched|syscalls|raw_syscalls|probe|irq|block|net|kmem|exceptions|dummy)\b|switch|faults|migrations/;
const SPACE = 32;
const TAB = 9;

export class PerfScriptReader implements LineReader {
  readonly #stacks: StackTree;
  readonly #ids = new Map<string, number>();
  readonly #frames: number[] = [];
  #isIn = false;
  #isCounted = false;
  samples = 0;
  skipped = 0;
  firstAt = 0;
  lastAt = 0;

  constructor(stacks: StackTree) {
    this.#stacks = stacks;
  }

  line(text: string): void {
    const first = text.charCodeAt(0);
    if (text === '') this.#end();
    else if (first === TAB || first === SPACE) {
      if (this.#isIn) this.#frame(text);
    } else {
      this.#end();
      this.#head(text);
    }
  }

  end(): void {
    this.#end();
  }

  #head(text: string): void {
    const match = HEAD.exec(text);
    if (match === null) return;
    this.#isIn = true;
    this.#isCounted = !OF_NO_TIME.test(match[5]!);
    const at = Number(match[4]);
    if (this.firstAt === 0 || at < this.firstAt) this.firstAt = at;
    if (at > this.lastAt) this.lastAt = at;
  }

  /** `   7f12 name+0x1f (/path)`: what follows the address is the same for the same place. */
  #frame(text: string): void {
    let at = 1;
    while (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === TAB) at += 1;
    const behind = text.indexOf(' ', at);
    if (behind < 0) return;
    const place = text.slice(behind + 1);
    let id = this.#ids.get(place);
    if (id === undefined) {
      id = /^[0-9a-f]+$/.test(text.slice(at, behind)) ? this.#frameOf(place) : -1;
      // The same line of another format has no address: nothing to be learnt from it.
      if (id >= 0 && this.#ids.size < 1_000_000) this.#ids.set(place, id);
    }
    if (id >= 0) this.#frames.push(id);
  }

  #frameOf(place: string): number {
    const open = openingOf(place);
    const library = open < 0 ? '' : place.slice(open + 1, -1);
    const symbol = (open < 0 ? place : place.slice(0, open))
      .trimEnd()
      .replace(/\+0x[0-9a-f]+$/, '');
    const isKernel = /^\[(?:kernel|guest\.kernel)|\.ko(?:\.\w+)?$|^\[\w+\]$/.test(library);
    const isNamed = symbol !== '[unknown]' && symbol !== '';
    return this.#stacks.frame(
      isNamed ? symbol : `[${library.split('/').pop()}]`,
      isKernel && library !== '[vdso]',
    );
  }

  #end(): void {
    if (this.#isIn) {
      if (!this.#isCounted || this.#frames.length === 0) this.skipped += 1;
      else {
        let node = 0;
        for (let i = this.#frames.length - 1; i >= 0; i -= 1) {
          node = this.#stacks.below(node, this.#frames[i]!);
        }
        this.#stacks.count(node, 1);
        this.samples += 1;
      }
    }
    this.#isIn = false;
    this.#frames.length = 0;
  }
}

/** Of the pair of parentheses that ends the text; a path may hold some. */
function openingOf(text: string): number {
  if (!text.endsWith(')')) return -1;
  let depth = 0;
  for (let i = text.length - 1; i >= 0; i -= 1) {
    const character = text[i];
    if (character === ')') depth += 1;
    else if (character === '(') {
      depth -= 1;
      if (depth === 0) return text[i - 1] === ' ' || i === 0 ? i : -1;
    }
  }
  return -1;
}
