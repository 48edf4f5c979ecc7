/**
 * The timer driver of last resort: one Node timer per entry. Node turns delays above
 * 2^31-1 ms into 1 ms, so long ones are chained; Node may fire up to a millisecond early
 * by the clock of `performance.now()`, so an early shot is armed again.
 */
import type { TimerDriver, TimerEntry } from './time.ts';
import type { Waker } from './waker.ts';

/** The longest delay that Node takes as it is. */
export const MAX_NODE_DELAY_MS = 2 ** 31 - 1;

class NodeTimerEntry implements TimerEntry {
  isElapsed = false;
  readonly #deadlineMs: number;
  #waker: Waker | null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(deadlineMs: number, waker: Waker) {
    this.#deadlineMs = deadlineMs;
    this.#waker = waker;
    this.#armOrFire();
  }

  setWaker(waker: Waker): void {
    if (this.isElapsed) {
      waker.drop();
      return;
    }
    this.#waker?.drop();
    this.#waker = waker;
  }

  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waker?.drop();
    this.#waker = null;
  }

  #armOrFire = (): void => {
    this.#timer = null;
    const left = this.#deadlineMs - performance.now();
    if (left > 0) {
      if (left === Number.POSITIVE_INFINITY) return;
      this.#timer = setTimeout(this.#armOrFire, Math.min(Math.ceil(left), MAX_NODE_DELAY_MS));
      return;
    }
    this.isElapsed = true;
    const waker = this.#waker;
    this.#waker = null;
    waker?.wake();
  };
}

/** One Node timer per entry. */
export const nodeTimerDriver: TimerDriver = {
  nowMs: () => performance.now(),
  register: (deadlineMs, waker) => new NodeTimerEntry(deadlineMs, waker),
};
