/**
 * Tells wakes that came by a microtask, before the event loop could do anything, from
 * wakes by I/O and timers. Asked only about a task that is woken for nothing all the time.
 */
import { performance } from 'node:perf_hooks';
import type { TaskRow } from './task-row.ts';

/** Wakes in the same turn, in a row, after which a task counts as woken by microtasks. */
const SAME_TURNS = 32;
/** Slower than this it is no busy loop, whoever wakes it. */
const MIN_PER_SECOND = 5000;
/** Polls until a task that proved healthy is asked again. */
const PAUSE_POLLS = 8192;

/** Turns of the event loop; NaN where Node does not tell. */
function loopTurns(): number {
  const timing = performance.nodeTiming as unknown as { uvMetricsInfo?: { loopCount: number } };
  return timing.uvMetricsInfo?.loopCount ?? Number.NaN;
}

export class LoopTurns {
  readonly #begun = new WeakMap<TaskRow, { atMs: number; polls: number }>();

  /** Begins to look at a task. */
  probe(row: TaskRow, nowMs: number): void {
    row.outsideMark = row.outsideStreak + PAUSE_POLLS;
    row.sameTurns = 0;
    row.turn = Number.NaN;
    row.isProbed = true;
    this.#begun.set(row, { atMs: nowMs, polls: row.polls });
  }

  pollEnded(row: TaskRow): void {
    row.turn = loopTurns();
  }

  /** A wake from outside: did the loop turn since the poll? */
  woken(row: TaskRow, nowMs: number): void {
    if (Number.isNaN(row.turn)) return;
    if (row.turn !== loopTurns()) {
      row.isProbed = false;
      return;
    }
    row.sameTurns += 1;
    if (row.sameTurns < SAME_TURNS) return;
    row.isProbed = false;
    const begun = this.#begun.get(row);
    const elapsedMs = begun ? nowMs - begun.atMs : Number.POSITIVE_INFINITY;
    const polls = begun ? row.polls - begun.polls : 0;
    row.isMicrotaskWoken = polls * 1000 > elapsedMs * MIN_PER_SECOND;
  }
}
