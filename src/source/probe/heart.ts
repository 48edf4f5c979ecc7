/** Beats while the event loop turns: an unref'd timer that writes a few shared numbers. */
import { readlinkSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { threadId } from 'node:worker_threads';
import { BEAT_MS, HeartCell, heartRow, MAX_HEARTS } from '../../model/heart-cells.ts';

interface LoopMetrics {
  loopCount: number;
}

export class Heart {
  readonly #cells: Float64Array;
  readonly #oddDelays: () => number;

  constructor(cells: Float64Array, oddDelays: () => number) {
    this.#cells = cells;
    this.#oddDelays = oddDelays;
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

  /** The thread ends: its row is free. */
  stop(): void {
    this.#cells[HeartCell.THREAD] = 0;
  }

  #beat(): void {
    const cells = this.#cells;
    const timing = performance.nodeTiming as unknown as { uvMetricsInfo?: LoopMetrics };
    cells[HeartCell.TURNS] = timing.uvMetricsInfo?.loopCount ?? Number.NaN;
    cells[HeartCell.ODD_DELAYS] = this.#oddDelays();
    cells[HeartCell.BEATS]! += 1;
  }
}

/** A row that no thread has; null when all are taken. Row 0 belongs to the main thread. */
export function freeRow(hearts: SharedArrayBuffer): Float64Array | null {
  const taken = new Int32Array(hearts);
  const perRow = taken.length / MAX_HEARTS;
  for (let row = 1; row < MAX_HEARTS; row++) {
    // The last cell of a row is its lock: one thread in the life of the process gets it.
    const lock = (row + 1) * perRow - 1;
    if (Atomics.compareExchange(taken, lock, 0, 1) === 0) return heartRow(hearts, row);
  }
  return null;
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
