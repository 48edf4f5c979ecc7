/**
 * The counters of a unit, in the order in which rows of shared memory and lines of a
 * recording hold them. All are cumulative since the segment's start. Append only: an
 * older reader ignores what it does not know.
 */
export const COUNTER_NAMES = [
  /** Polls begun (for a pump: ticks; for a site: runs). */
  'polls',
  /** Polls that answered Pending. */
  'pendings',
  /** Polls that answered Ready. */
  'readies',
  /** Polls that threw. */
  'panics',
  /** Wakes of the task, from anywhere, coalesced ones included. */
  'wakes',
  /** Wakes from inside the task's own poll, yields not included. */
  'selfWakes',
  /** Pending polls in which at least one self-wake happened. */
  'selfWokenPendings',
  /** Pending polls with a self-wake, without progress, and not caused by a wake from outside. */
  'barrenPolls',
  /** Self-wakes on purpose: `yieldNow`. */
  'yields',
  /** Self-wakes on purpose: the cooperative budget ran out. */
  'forcedYields',
  /** Reads answered Ready. */
  'reads',
  /** Reads answered Ready without a byte into a buffer with room. */
  'emptyReads',
  /** Bytes that reads brought. */
  'bytesRead',
  /** Writes answered Ready. */
  'writes',
  /** Writes of a non-empty buffer that accepted nothing. */
  'emptyWrites',
  /** Bytes that writes accepted. */
  'bytesWritten',
  /** Wakers cloned. */
  'clones',
  /** Wakers dropped, where `drop` or `wake` was called. */
  'drops',
  /** Nanoseconds spent in the polls that were timed (a sample of all). */
  'busyNs',
  /** How many polls were timed. */
  'timedPolls',
  /** Nanoseconds between wake and poll, where it was timed. */
  'scheduledNs',
  /** How many of these delays were timed. */
  'timedSchedules',
  /** Longest no-progress streak of any task of this unit, in polls. A maximum, not a sum. */
  'longestStreak',
  /** Tasks spawned (or futures instrumented) of this unit. */
  'spawned',
  /** Tasks that ended: Ready, thrown, or aborted. */
  'completed',
  /** Polls after Ready. */
  'pollsAfterReady',
] as const;

export type CounterName = (typeof COUNTER_NAMES)[number];

/** One row of counters. */
export type Counters = Record<CounterName, number>;

/** Index of each counter in a row. */
export const COUNTER_INDEX = Object.fromEntries(
  COUNTER_NAMES.map((name, index) => [name, index]),
) as Readonly<Record<CounterName, number>>;

/** A row of zeros. */
export function zeroCounters(): Counters {
  return Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0])) as Counters;
}
