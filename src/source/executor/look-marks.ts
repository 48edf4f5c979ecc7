/** When a task is looked at: at which streak, of which kind. */
import { BURST, type Investigation } from './investigation.ts';
import { FIRST_MARK, type TaskRow } from './task-row.ts';

/** What a look is about: wakes in its own poll, wakes that its polls arrange, yields, a ring. */
export type LookKind = 'self-wake' | 'armed' | 'yield' | 'cycle';

/** A yield is believed longer: so many times the streak. */
const YIELD_FACTOR = 20;
/** Longest time between two looks at a task that keeps a streak, milliseconds. */
export const MAX_INTERVAL_MS = 2000;
/** The same for a task that was seen to work: it may begin to spin at any time. */
const MAX_HEALTHY_INTERVAL_MS = 400;
/** A look at a task that works may take this share of its time, as long as it is not forgotten. */
const MAX_SHARE = 0.05;
const MAX_COSTLY_INTERVAL_MS = 1000;

export function streakOf(row: TaskRow, kind: LookKind): number {
  switch (kind) {
    case 'yield':
      return row.yieldStreak;
    case 'cycle':
      return row.hops;
    case 'armed':
    case 'self-wake':
      return row.streak;
  }
}

export function setMark(row: TaskRow, kind: LookKind, mark: number): void {
  switch (kind) {
    case 'yield':
      row.yieldMark = mark;
      return;
    case 'cycle':
      row.hopMark = mark;
      return;
    case 'armed':
    case 'self-wake':
      row.mark = mark;
  }
}

/**
 * After a burst without progress: at twice the streak while the evidence is gathered, the
 * last time right at the threshold; then at growing intervals of time.
 */
export function markAfterBarren(
  investigation: Investigation,
  streak: number,
  threshold: number,
  nowMs: number,
): number {
  const { base, kind } = investigation;
  const enough = kind === 'yield' ? YIELD_FACTOR * threshold : threshold;
  const gathered = streak - base;
  if (gathered < enough) {
    // The last burst before the threshold ends right at it.
    const last = enough - BURST;
    const next = Math.max(gathered * 2, gathered + 16);
    if (gathered < last && next > last) return base + last;
    return base + Math.min(next, Math.max(last, gathered + 1));
  }
  investigation.intervalMs = Math.min(investigation.intervalMs * 2, MAX_INTERVAL_MS);
  return streak + pollsIn(investigation, investigation.intervalMs, nowMs);
}

/** After a burst that showed progress. */
export function markAfterProgress(
  investigation: Investigation,
  streak: number,
  nowMs: number,
): number {
  const { intervalMs, costMs } = investigation;
  const least = Math.min(costMs / MAX_SHARE, MAX_COSTLY_INTERVAL_MS);
  investigation.intervalMs = Math.max(Math.min(intervalMs * 2, MAX_HEALTHY_INTERVAL_MS), least);
  return streak + pollsIn(investigation, investigation.intervalMs, nowMs);
}

/** Polls that a time takes at the present speed. */
export function pollsIn(investigation: Investigation, ms: number, nowMs: number): number {
  const elapsedMs = Math.max(nowMs - investigation.lookedAtMs, 0.01);
  const perMs = (investigation.row.polls - investigation.lookedAtPolls) / elapsedMs;
  return Math.max(FIRST_MARK, Math.round(perMs * ms));
}
