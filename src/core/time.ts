/**
 * Where timers come from. An executor installs its own driver (one heap behind one Node
 * timer) for the length of its polls; without one, each timer is a Node timer, chained
 * past 2^31-1 ms.
 */
import { nodeTimerDriver } from './node-timer-driver.ts';
import type { Waker } from './waker.ts';

/** A registered timer. It owns the waker it was given. */
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
  /** Wakes `waker` at `deadlineMs` of that clock, once. Takes the waker over: pass a clone. */
  register(deadlineMs: number, waker: Waker): TimerEntry;
}

let current: TimerDriver = nodeTimerDriver;

/** The driver that timers made or first polled now will use. */
export function currentTimerDriver(): TimerDriver {
  return current;
}

/** Installs a driver and answers the one before it, which the caller puts back after its poll. */
export function useTimerDriver(driver: TimerDriver): TimerDriver {
  const before = current;
  current = driver;
  return before;
}
