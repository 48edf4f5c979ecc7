/** Beats while the event loop turns: an unref'd timer that writes a few shared numbers. */
import { readlinkSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { threadId } from 'node:worker_threads';
import { BEAT_MS, HeartCell, heartRow, MAX_HEARTS } from '../../model/heart-cells.ts';

interface LoopMetrics {
  loopCount: number;
}

/** What is counted elsewhere in the thread, and told with each beat. */
export interface HeartCounts {
  oddDelays(): number;
  births(): number;
}

export class Heart {
  readonly #cells: Float64Array;
  readonly #counts: HeartCounts;

  constructor(cells: Float64Array, counts: HeartCounts) {
    this.#cells = cells;
    this.#counts = counts;
  }

  /** Starts; `also` is called at each beat. Never keeps the program alive. */
  start(also: () => void): void {
    const cells = this.#cells;
    cells[HeartCell.STARTED_AT_MS] = Date.now();
    cells[HeartCell.SYSTEM_THREAD] = systemThread();
    this.#beat();
    cells[HeartCell.THREAD] = threadId + 1;
    setInterval(() => {
      this.#beat();
      also();
    }, BEAT_MS).unref();
  }

  /** The thread ends: its row is free for another. */
  stop(): void {
    freeRow(this.#cells);
  }

  #beat(): void {
    const cells = this.#cells;
    const timing = performance.nodeTiming as unknown as { uvMetricsInfo?: LoopMetrics };
    cells[HeartCell.TURNS] = timing.uvMetricsInfo?.loopCount ?? Number.NaN;
    cells[HeartCell.ODD_DELAYS] = this.#counts.oddDelays();
    cells[HeartCell.BIRTHS] = this.#counts.births();
    cells[HeartCell.BEATS]! += 1;
  }
}

/** The last cell of a row is its lock: whoever closes it has the row. */
function lockOf(row: Float64Array): Int32Array {
  const { buffer, byteOffset, byteLength } = row;
  return new Int32Array(buffer as SharedArrayBuffer, byteOffset + byteLength - 4, 1);
}

/** A row that no thread has, now taken; null when there is none. Row 0 belongs to the main thread. */
export function takeRow(hearts: SharedArrayBuffer): Float64Array | null {
  for (let row = 1; row < MAX_HEARTS; row++) {
    const cells = heartRow(hearts, row);
    if (Atomics.compareExchange(lockOf(cells), 0, 0, 1) === 0) return cells;
  }
  return null;
}

/** Of a thread that has ended, by itself or by whoever sees that it is gone. */
export function freeRow(cells: Float64Array): void {
  cells[HeartCell.THREAD] = 0;
  cells[HeartCell.SYSTEM_THREAD] = 0;
  Atomics.store(lockOf(cells), 0, 0);
}

/** The row of a thread by Node's number; null where it has none. */
export function rowOf(hearts: SharedArrayBuffer, thread: number): Float64Array | null {
  for (let row = 1; row < MAX_HEARTS; row++) {
    const cells = heartRow(hearts, row);
    if (cells[HeartCell.THREAD] === thread + 1) return cells;
  }
  return null;
}

/** This thread as Linux numbers it, for its CPU time; 0 elsewhere. */
function systemThread(): number {
  try {
    return Number(/\d+$/.exec(readlinkSync('/proc/thread-self'))?.[0] ?? 0);
  } catch {
    return 0;
  }
}
