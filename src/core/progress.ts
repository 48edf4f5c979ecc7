/**
 * What the process has achieved through the contract so far: cumulative counters that
 * whoever watches reads before and after a poll. They lie in shared memory, so that
 * another thread can read them while this one is stuck inside a poll.
 *
 * Only a row of numbers: the core knows no monitor. Rows are exact; a difference of
 * `PROGRESS` across a poll means that something new happened in it.
 */
import { opaque } from './waker.ts';

export const ProgressCell = {
  /** Grows with everything below that counts as progress. */
  PROGRESS: 0,
  /** Bytes that a ReadBuf's filled part grew by. A byte that passes through two buffers counts twice. */
  BYTES_READ: 1,
  /** Bytes that leaf writers accepted. */
  BYTES_WRITTEN: 2,
  /** Items that passed a channel or stream leaf; a bare permit or unit does not count. */
  ITEMS: 3,
  /** First completions: a child, a oneshot, a joined task. */
  COMPLETIONS: 4,
  /** Touches of ReadBufs since one of them last grew; the executor clears it before a poll. */
  BARREN_TOUCHES: 5,
  /** Reads that the helpers of this package saw answered Ready with no byte into a buffer with room. */
  EMPTY_READS: 6,
} as const;

/** The row itself. Written by the core only. */
export const progressCells = new Float64Array(new SharedArrayBuffer(16 * 8));

// Its owner's numbers, not the state of whoever's closure mentions it.
Object.defineProperty(progressCells, opaque, { value: true });

/** Notes `n` bytes, items or completions as progress. `cell` is one of {@link ProgressCell}. */
export function noteProgress(cell: number, n: number): void {
  progressCells[cell]! += n;
  progressCells[0]! += n;
}

/** Called when a poll has touched ReadBufs this often with none of them growing. */
export const BARREN_TOUCHES_MARK = 1024;

/** What a watcher may want to hear from the core, beside the numbers. All are rare, or cheap when unset. */
export interface CoreObserver {
  /** Every {@link BARREN_TOUCHES_MARK} touches of ReadBufs without growth within one poll. May throw to end the loop. */
  barrenTouches(): void;
  /** A helper's read through `reader` was answered Ready; `bytes` is the growth, `room` what was free. */
  readReady(reader: object, bytes: number, room: number): void;
  /** A helper's write through `writer` was answered Ready; `bytes` is what was accepted of `offered`. */
  writeReady(writer: object, bytes: number, offered: number): void;
  /** A future of this package was polled after it was Ready. */
  polledAfterReady(future: object): void;
}

const silent: CoreObserver = {
  barrenTouches() {},
  readReady() {},
  writeReady() {},
  polledAfterReady() {},
};

/** The one observer of this process; a no-op of the same shape unless a monitor is on. */
export let coreObserver: CoreObserver = silent;

/** Installs an observer; `null` takes it off. */
export function observeCore(observer: CoreObserver | null): void {
  coreObserver = observer ?? silent;
}
