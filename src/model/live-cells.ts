/**
 * One row of shared memory per thread that says what is being polled right now. The
 * polled thread writes it, any other thread reads it: also while the first is stuck in a
 * poll and can report nothing. No clock is in it: whoever reads twice and finds the same
 * `POLL_SEQ` with a task polling knows for how long by its own clock.
 */
export const LiveCell = {
  /** Grows by one at each poll's start. */
  POLL_SEQ: 0,
  /** Id of the task being polled; 0 when none is. */
  POLLING_TASK: 1,
  /** Id of that task's unit. */
  POLLING_UNIT: 2,
  /** How many instrumented layers are being polled, the task's own future included. */
  DEPTH: 3,
  /** Unit ids of those layers, outermost first. */
  STACK: 4,
} as const;

/** Layers that {@link LiveCell.STACK} has room for; deeper ones are counted in DEPTH only. */
export const LIVE_STACK_SIZE = 60;

export function newLiveCells(): Float64Array {
  return new Float64Array(new SharedArrayBuffer((LiveCell.STACK + LIVE_STACK_SIZE) * 8));
}
