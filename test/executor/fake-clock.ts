import type { ExecutorClock } from '../../src/executor/timer-heap.ts';

/** A clock that stands still until it is told to go on. At most one timer runs at a time. */
export class FakeClock implements ExecutorClock {
  timeMs = 0;
  /** Every delay that was asked for. */
  readonly delays: number[] = [];
  #dueMs = Number.POSITIVE_INFINITY;
  #callback: (() => void) | null = null;

  get isArmed(): boolean {
    return this.#callback !== null;
  }
  nowMs(): number {
    return this.timeMs;
  }
  setTimer(callback: () => void, delayMs: number): unknown {
    if (this.#callback !== null) throw new Error('A second timer was set.');
    this.delays.push(delayMs);
    this.#callback = callback;
    this.#dueMs = this.timeMs + delayMs;
    return callback;
  }
  clearTimer(timer: unknown): void {
    if (timer !== this.#callback) throw new Error('A timer was cleared that does not run.');
    this.#callback = null;
  }
  /** Lets time pass, and every timer fire that comes due meanwhile. */
  advance(ms: number): void {
    const endMs = this.timeMs + ms;
    while (this.#callback !== null && this.#dueMs <= endMs) {
      const callback = this.#callback;
      this.#callback = null;
      this.timeMs = this.#dueMs;
      callback();
    }
    this.timeMs = endMs;
  }
}
