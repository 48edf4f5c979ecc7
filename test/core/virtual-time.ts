import {
  type TimerDriver,
  type TimerEntry,
  useTimerDriver,
  type Waker,
} from '../../src/core/index.ts';

class VirtualEntry implements TimerEntry {
  isElapsed = false;
  waker: Waker | null;
  readonly deadlineMs: number;
  constructor(deadlineMs: number, waker: Waker) {
    this.deadlineMs = deadlineMs;
    this.waker = waker;
  }
  setWaker(waker: Waker): void {
    this.waker?.drop();
    this.waker = waker;
  }
  cancel(): void {
    this.waker?.drop();
    this.waker = null;
  }
}

/** A clock that stands still until a test moves it. */
export class VirtualTime implements TimerDriver {
  #nowMs = 0;
  readonly #entries: VirtualEntry[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  register(deadlineMs: number, waker: Waker): TimerEntry {
    const entry = new VirtualEntry(deadlineMs, waker);
    this.#entries.push(entry);
    return entry;
  }

  /** Timers that somebody still waits for. */
  get armed(): number {
    return this.#entries.filter((entry) => entry.waker !== null).length;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    for (const entry of this.#entries) {
      if (entry.deadlineMs > this.#nowMs || entry.waker === null) continue;
      entry.isElapsed = true;
      const { waker } = entry;
      entry.waker = null;
      waker.wake();
    }
  }

  /** Runs `body` with this as the current driver. */
  during<T>(body: () => T): T {
    const before = useTimerDriver(this);
    try {
      return body();
    } finally {
      useTimerDriver(before);
    }
  }
}
