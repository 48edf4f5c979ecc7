/**
 * What the watched threads of a process tell of themselves without being asked: rows of
 * shared memory, one a thread, that their hearts write and the agent's thread reads.
 * Float64, one value a cell; row 0 is the main thread's.
 */
export const HeartCell = {
  /** Beats so far; a heart beats about every {@link BEAT_MS}. */
  BEATS: 0,
  /** Turns of the event loop. NaN where Node does not tell. */
  TURNS: 1,
  /** Timers that asked for a delay that no timer can have. */
  ODD_DELAYS: 2,
  /** Node's number of the thread, plus 1; 0 while the row is free. */
  THREAD: 3,
  /** The system's number of the thread, where it tells; 0 where it does not. */
  SYSTEM_THREAD: 4,
  /** Wall clock at which it was started, milliseconds since 1970. */
  STARTED_AT_MS: 5,
  /** Processes and threads that it started. */
  BIRTHS: 6,
} as const;

/** Milliseconds between two beats, when nothing is in the way. */
export const BEAT_MS = 50;

const ROW_CELLS = 8;
/** Threads of one process that are watched; further ones are not. */
export const MAX_HEARTS = 64;

export function newHearts(): SharedArrayBuffer {
  return new SharedArrayBuffer(MAX_HEARTS * ROW_CELLS * 8);
}

/** The cells of one thread. */
export function heartRow(hearts: SharedArrayBuffer, row: number): Float64Array {
  return new Float64Array(hearts, row * ROW_CELLS * 8, ROW_CELLS);
}
