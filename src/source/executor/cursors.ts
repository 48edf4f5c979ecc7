/**
 * How far the cursors of a task's state have come. One that is met before a place which it had
 * passed, with all else as it was then, goes round and reaches no end. A new round of something
 * greater (the next row, the next pass) is told by what moved on with it.
 */
import type { Digest, Scalar } from '../../trace/state-digest.ts';
import type { StateComparison } from '../../model/recording.ts';

interface Reached {
  value: number;
  /** The whole state then. */
  state: ReadonlyMap<string, Scalar>;
}

export class Cursors {
  readonly #reached = new Map<string, Reached>();

  hasGoneBack(path: string, numbers: readonly number[], digests: readonly Digest[]): boolean {
    const reached = this.#reached.get(path);
    const [first = 0] = numbers;
    if (!reached) return false;
    const isUp = numbers.at(-1)! >= first;
    const isBack = isUp ? first < reached.value : first > reached.value;
    return isBack && !hasMovedOn(reached.state, digests);
  }

  note({ moved }: StateComparison, digests: readonly Digest[]): void {
    const state = digests.at(-1)?.values;
    for (const { path, as } of moved) {
      const value = state?.get(path);
      if (state && as === 'cursor' && typeof value === 'number') {
        this.#reached.set(path, { value, state });
      }
    }
  }
}

/** Something that stands still now stood elsewhere then. */
function hasMovedOn(then: ReadonlyMap<string, Scalar>, digests: readonly Digest[]): boolean {
  const [first, ...later] = digests;
  for (const [path, value] of first?.values ?? []) {
    if (!then.has(path) || then.get(path) === value) continue;
    if (later.every(({ values }) => values.get(path) === value)) return true;
  }
  return false;
}
