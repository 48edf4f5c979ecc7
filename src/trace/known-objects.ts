/**
 * Which objects were met before: a variable that goes on to objects which were there already
 * is on its way through a structure (a linked list, a tree), where one that holds something
 * new each time may hold the same thing made anew.
 */
export class KnownObjects {
  readonly #ids = new WeakMap<object, number>();
  #next = 1;
  #firstOfSample = 1;

  /** A sample begins: what was met before it is known from now on. */
  beginSample(): void {
    this.#firstOfSample = this.#next;
  }

  /** The number of an object that was met in an earlier sample; 0 for one that is new. */
  numberOf(object: object): number {
    const known = this.#ids.get(object);
    if (known !== undefined) return known < this.#firstOfSample ? known : 0;
    this.#ids.set(object, this.#next++);
    return 0;
  }
}
