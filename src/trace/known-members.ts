/**
 * Names the elements of a container that were met in it before by a number of their own, and not
 * by their place: in a queue that goes round each stays what it is. New ones are called by their
 * place, for the same thing may be made anew each time. So are all in a container of which less
 * than half is looked at: hardly one of them is met often enough to show what becomes of it.
 */
import type { Child } from './object-graph.ts';

interface Member {
  number: number;
  /** The sample in which it was met first. */
  since: number;
}

export class KnownMembers {
  readonly #members = new WeakMap<object, WeakMap<object, Member>>();
  #sample = 0;
  #next = 1;

  beginSample(): void {
    this.#sample += 1;
  }

  named(container: object, children: readonly Child[]): readonly Child[] {
    if (children.length * 2 < sizeOf(container)) return children;
    const members = this.#members.get(container) ?? new WeakMap<object, Member>();
    this.#members.set(container, members);
    return children.map((child) => {
      const { value } = child;
      if (typeof value !== 'object' || value === null) return child;
      const known = members.get(value);
      if (!known) members.set(value, { number: this.#next++, since: this.#sample });
      return known && known.since < this.#sample ? { name: `<#${known.number}>`, value } : child;
    });
  }
}

function sizeOf(container: object): number {
  const { length, size } = container as { length?: unknown; size?: unknown };
  return typeof length === 'number' ? length : Number(size ?? 0);
}
