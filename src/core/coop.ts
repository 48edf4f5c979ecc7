/**
 * Port of `tokio::task::coop`: a budget of operations per poll, so that a task whose
 * resources are always ready still gives way. An executor sets the budget before each
 * poll; leaves (sockets, channels, timers, duplex) ask {@link pollProceed} first and
 * {@link madeProgress} after success. Pending operations do not spend.
 *
 * Difference: outside an executor the budget is unlimited, as in tokio.
 */
import type { Context } from './context.ts';
import { yieldByRef } from './waker.ts';

/** tokio's budget: operations per poll. */
export const DEFAULT_BUDGET = 128;

/**
 * Operations left. Written before every poll: a cell outside of the heap, at an address that
 * never changes, takes one instruction.
 */
const left = new Float64Array(new ArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
left[0] = Number.POSITIVE_INFINITY;

/** Sets what is left for the poll that begins; answers what was left before (restore it after). */
export function setBudget(operations: number): number {
  const before = left[0]!;
  left[0] = operations;
  return before;
}

/** Operations left in the running poll. */
export function budgetRemaining(): number {
  return left[0]!;
}

/**
 * May a leaf try its operation? False when the budget is spent: the task was then re-armed
 * as a forced yield, and the leaf answers Pending without trying.
 */
export function pollProceed(cx: Context): boolean {
  if (left[0]! > 0) return true;
  yieldByRef(cx.waker, 'budget');
  return false;
}

/** Spends one operation: the leaf's operation succeeded. */
export function madeProgress(): void {
  left[0]! -= 1;
}

/** Runs `f` without a budget (`tokio::task::unconstrained`, for one poll). */
export function withUnlimitedBudget<T>(f: () => T): T {
  const before = setBudget(Number.POSITIVE_INFINITY);
  try {
    return f();
  } finally {
    left[0] = before;
  }
}
