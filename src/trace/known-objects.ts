/**
 * Which objects were there before they were reached: a variable that goes on to such objects is
 * on its way through a structure (a linked list, a tree, a queue). One that holds something new
 * each time may hold the same thing made anew, and what was made in the last round is not on
 * the way: it must have been met before the variable had come to its last object, and further
 * in than where it is now (what moves further in is kept as history). One that comes back goes
 * round.
 */

interface Known {
  id: number;
  /** The sample in which it was met first, and how far in. */
  since: number;
  depth: number;
  /** Where it was held. */
  paths: string[];
}

/** Objects are followed where a variable, or a field a few layers down, holds them. */
const MAX_HELD_DEPTH = 4;

interface Held {
  id: number;
  /** The sample in which it came there. */
  since: number;
  /** What it counts as, there. */
  number: number;
}

export class KnownObjects {
  readonly #known = new WeakMap<object, Known>();
  readonly #held = new Map<string, Held>();
  #next = 1;
  #sample = 0;

  /** A sample begins: what was met before it is known from now on. */
  beginSample(): void {
    this.#sample += 1;
  }

  /**
   * Notes an object that was met at `path`, so far in. The number of one that was on the way
   * before the path came to what it held last; else 0.
   */
  numberOf(object: object, path: string, depth: number): number {
    const known = this.#known.get(object) ?? this.#first(object, depth);
    if (depth > MAX_HELD_DEPTH) return 0;
    const last = this.#held.get(path);
    if (last?.id === known.id) return last.number;
    const wasAhead = last !== undefined && known.since < last.since && depth < known.depth;
    const number = wasAhead && !known.paths.includes(path) ? known.id : 0;
    known.paths.push(path);
    this.#held.set(path, { id: known.id, since: this.#sample, number });
    return number;
  }

  #first(object: object, depth: number): Known {
    const known = { id: this.#next++, since: this.#sample, depth, paths: [] };
    this.#known.set(object, known);
    return known;
  }
}
