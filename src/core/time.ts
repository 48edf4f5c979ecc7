/**
 * Where timers come from. An executor installs its own driver (one heap behind one Node
 * timer); without one, each timer is a Node timer, chained past 2^31-1 ms.
 */
import type { Waker } from './waker.ts';

/** A registered timer. */
export interface TimerEntry {
  /** True once the deadline has passed. */
  readonly isElapsed: boolean;
  /** Replaces the waker that will be woken. */
  setWaker(waker: Waker): void;
  /** Takes the timer off; its waker is released. */
  cancel(): void;
}

/** A source of timers: tokio's time driver. */
export interface TimerDriver {
  /** Milliseconds on a monotonic clock. */
  nowMs(): number;
  /** Wakes `waker` at `deadlineMs` of that clock, once. */
  register(deadlineMs: number, waker: Waker): TimerEntry;
}
