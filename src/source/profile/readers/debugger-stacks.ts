/**
 * Stacks of all threads as debuggers print them: gdb's `thread apply all bt` and `eu-stack`.
 * One such text is one look at each thread; several in one file, one behind the other, are
 * several looks. Not read: values of arguments.
 */
import type { StackTree } from '../stack-tree.ts';
import type { LineReader } from './reader.ts';

const THREAD = /^(?:Thread \d+ |TID \d+:|Thread \d+\.\d+ )/;
const FRAME = /^#(\d+)\s+(?:0x[0-9a-f]+\s+)?(?:in )?(.*)$/;

export class DebuggerStacksReader implements LineReader {
  readonly #stacks: StackTree;
  #frames: string[] = [];
  samples = 0;
  skipped = 0;
  readonly firstAt = 0;
  readonly lastAt = 0;

  constructor(stacks: StackTree) {
    this.#stacks = stacks;
  }

  line(text: string): void {
    if (THREAD.test(text)) {
      this.end();
      return;
    }
    const match = FRAME.exec(text);
    if (match === null) return;
    if (match[1] === '0' && this.#frames.length > 0) this.end();
    this.#frames.push(nameIn(match[2]!));
  }

  end(): void {
    if (this.#frames.length === 0) return;
    let node = 0;
    for (const name of this.#frames.reverse()) {
      node = this.#stacks.below(node, this.#stacks.frame(name));
    }
    this.#stacks.count(node, 1);
    this.samples += 1;
    this.#frames = [];
  }
}

/** gdb: `NAME (ARGS) at FILE:LINE`, `NAME () from LIBRARY`; eu-stack: `NAME - FILE`, `NAME`. */
function nameIn(text: string): string {
  // Arguments are set apart by a space; a name's own parentheses are not, but for ` as ` and `->`.
  const args = text.search(/ \((?:\)|[\w.]+=|<)/);
  const name = args >= 0 ? text.slice(0, args) : text.replace(/ - .*$/, '');
  return name.replace(/^- \d+ /, '').trim() || '??';
}
