/**
 * Which test runs in a thread, told in shared memory: most tests are over within microseconds,
 * and a message about each would cost more than they do. One thread writes; others may read
 * at any time, also while it does not turn.
 */

/** Int32 cells before the name. */
const Cell = {
  /** Odd while the others are written. */
  VERSION: 0,
  /** The number of the test that began last; numbers count up from 1. */
  LAST: 1,
  /** The number of the test that runs now; 0 between tests. */
  RUNNING: 2,
  /** Greater than 0 while somebody waits for what is found. */
  WAITING: 3,
  /** Length of the last test's name, in bytes of UTF-8. */
  NAME_BYTES: 4,
} as const;

const HEAD_BYTES = 32;
/** Longer names are cut. */
const MAX_NAME_BYTES = 2016;
const MAX_TRIES = 100;

export interface TestBegun {
  /** Counts up within the thread. */
  id: number;
  name: string;
}

export class TestCells {
  readonly buffer: SharedArrayBuffer;
  readonly #cells: Int32Array;
  readonly #name: Uint8Array;

  constructor(buffer = new SharedArrayBuffer(HEAD_BYTES + MAX_NAME_BYTES)) {
    this.buffer = buffer;
    this.#cells = new Int32Array(buffer, 0, HEAD_BYTES / 4);
    this.#name = new Uint8Array(buffer, HEAD_BYTES);
  }

  /** A test begins, or one that holds others goes on. */
  begin(id: number, name: string): void {
    const cells = this.#cells;
    Atomics.add(cells, Cell.VERSION, 1);
    cells[Cell.LAST] = id;
    cells[Cell.RUNNING] = id;
    cells[Cell.NAME_BYTES] = encoder.encodeInto(name, this.#name).written;
    Atomics.add(cells, Cell.VERSION, 1);
  }

  /** Nothing runs any more. */
  end(): void {
    Atomics.store(this.#cells, Cell.RUNNING, 0);
  }

  /** Somebody begins to wait for what is found; to be called with -1 at the end. */
  wait(change: 1 | -1): void {
    Atomics.add(this.#cells, Cell.WAITING, change);
  }

  get running(): number {
    return Atomics.load(this.#cells, Cell.RUNNING);
  }

  get isWaitedFor(): boolean {
    return Atomics.load(this.#cells, Cell.WAITING) > 0;
  }

  /** The test that began last; null where none has. */
  last(): TestBegun | null {
    const cells = this.#cells;
    for (let tries = 1; ; tries += 1) {
      const version = Atomics.load(cells, Cell.VERSION);
      const id = cells[Cell.LAST]!;
      // A copy: what is shared is not decoded.
      const bytes = this.#name.slice(0, cells[Cell.NAME_BYTES]);
      const isWhole = version % 2 === 0 && Atomics.load(cells, Cell.VERSION) === version;
      // Who writes may have been paused while it does.
      if (!isWhole && tries < MAX_TRIES) continue;
      return id === 0 ? null : { id, name: decoder.decode(bytes) };
    }
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
