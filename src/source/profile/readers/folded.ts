/** Folded stacks: `outermost;…;innermost COUNT` on each line, with `_[k]` behind kernel frames. */
import type { StackTree } from '../stack-tree.ts';
import type { LineReader } from './reader.ts';

export class FoldedReader implements LineReader {
  readonly #stacks: StackTree;
  readonly #ids = new Map<string, number>();
  samples = 0;
  skipped = 0;
  readonly firstAt = 0;
  readonly lastAt = 0;

  constructor(stacks: StackTree) {
    this.#stacks = stacks;
  }

  line(text: string): void {
    if (text === '') return;
    const space = text.lastIndexOf(' ');
    const weight = Number(text.slice(space + 1));
    if (space <= 0 || !(weight > 0) || !Number.isFinite(weight)) {
      this.skipped += 1;
      return;
    }
    let node = 0;
    let from = 0;
    while (from < space) {
      const to = frameEnd(text, from, space);
      node = this.#stacks.below(node, this.#frame(text.slice(from, to)));
      from = to + 1;
    }
    this.#stacks.count(node, weight);
    this.samples += weight;
  }

  end(): void {}

  #frame(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const isKernel = text.endsWith('_[k]');
    const id = this.#stacks.frame(text.replace(/_\[[a-z]\]$/, ''), isKernel);
    this.#ids.set(text, id);
    return id;
  }
}

/** The next `;` that is none of an array's type, `[u8; 16]`. */
function frameEnd(text: string, from: number, space: number): number {
  let to = text.indexOf(';', from);
  while (to >= 0 && to < space && text[to + 1] === ' ') to = text.indexOf(';', to + 1);
  return to < 0 || to > space ? space : to;
}
