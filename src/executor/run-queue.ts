const INITIAL_CAPACITY = 64;

/**
 * First in, first out, in a ring whose size is a power of two: neither push nor shift
 * allocates, except when the ring doubles. It never shrinks while in use; `clear` does.
 */
export class RunQueue<T extends object> {
  #ring: (T | null)[] = emptyRing<T>(INITIAL_CAPACITY);
  #mask = INITIAL_CAPACITY - 1;
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length > this.#mask) this.#grow();
    this.#ring[(this.#head + this.#length) & this.#mask] = item;
    this.#length += 1;
  }

  /** The oldest item, or null when there is none. */
  shift(): T | null {
    if (this.#length === 0) return null;
    const head = this.#head;
    const item = this.#ring[head] as T;
    // An entry left behind would keep a finished task alive.
    this.#ring[head] = null;
    this.#head = (head + 1) & this.#mask;
    this.#length -= 1;
    return item;
  }

  clear(): void {
    this.#ring = emptyRing<T>(INITIAL_CAPACITY);
    this.#mask = INITIAL_CAPACITY - 1;
    this.#head = 0;
    this.#length = 0;
  }

  #grow(): void {
    const old = this.#ring;
    const length = old.length;
    const ring = emptyRing<T>(length * 2);
    for (let i = 0; i < length; i += 1) ring[i] = old[(this.#head + i) & this.#mask] as T;
    this.#ring = ring;
    this.#mask = length * 2 - 1;
    this.#head = 0;
  }
}

/** Filled by pushes: an array that was made at its full length counts as one with holes, and is slower for ever. */
function emptyRing<T>(length: number): (T | null)[] {
  const ring: (T | null)[] = [];
  for (let i = 0; i < length; i += 1) ring.push(null);
  return ring;
}
