/**
 * Which objects were met before: a variable that goes on to objects which were there already
 * is on its way through a structure (a linked list, a tree), where one that holds something
 * new each time may hold the same thing made anew, and one that comes back goes round.
 */

interface Known {
  id: number;
  /** Where it was held. */
  paths: string[];
}

export class KnownObjects {
  readonly #known = new WeakMap<object, Known>();
  #next = 1;
  #firstOfSample = 1;

  /** A sample begins: what was met before it is known from now on. */
  beginSample(): void {
    this.#firstOfSample = this.#next;
  }

  /** Notes an object that was met at `path`, where `isHeld` there. The number of one that was met in an earlier sample, elsewhere; else 0. */
  numberOf(object: object, path: string, isHeld: boolean): number {
    const known = this.#known.get(object);
    if (!known) {
      this.#known.set(object, { id: this.#next++, paths: isHeld ? [path] : [] });
      return 0;
    }
    if (!isHeld || known.paths.includes(path)) return 0;
    known.paths.push(path);
    return known.id < this.#firstOfSample ? known.id : 0;
  }
}
