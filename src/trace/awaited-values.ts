/**
 * What the awaits of a loop bring: lines of a file, items of an iterator, answers of a cache.
 * They pass through and may be kept nowhere that the loop's functions can see. A loop whose
 * awaits bring something else each time works; one that gets nothing, the same, a count or the
 * time of day may spin.
 */
import type { HiddenReader } from './hidden-state.ts';
import { takeDigest } from './state-digest.ts';
import { compareStates } from './state-series.ts';
import { WireNews } from './wire-news.ts';

/** Of the runs at one place, so many are looked at. */
export const MAX_AWAITED = 16;
const MIN_AWAITED = 6;

const BOUNDS = { maxValues: 60, maxDepth: 3, maxFunctions: 0, maxFunctionDepth: 0 };

/** A promise that was awaited, once it is settled, and when the awaiting run began. */
export interface Awaited {
  promise: object;
  atMs: number;
}

/** What became of one. */
export interface Answer {
  state: unknown;
  value: unknown;
  atMs: number;
}

export function answersOf(awaited: readonly Awaited[], hidden: HiddenReader): Answer[] {
  return awaited.map(({ promise, atMs }) => {
    const [state, result] = hidden.internals(promise, ['[[PromiseState]]', '[[PromiseResult]]']);
    return { state: state?.value, value: result?.value, atMs };
  });
}

/** True when most of what was awaited at a place was refused. */
export function isRefused(answers: readonly Answer[]): boolean {
  const refused = answers.filter(({ state }) => state === 'rejected').length;
  return refused >= MIN_AWAITED && refused * 2 > answers.length;
}

/** True when most of what was awaited at a place was news. */
export function bringsNews(answers: readonly Answer[]): boolean {
  const values = answers.filter(({ state }) => state === 'fulfilled');
  if (values.length < MIN_AWAITED) return false;
  const digests = values.map(({ value, atMs }, poll) =>
    takeDigest([{ name: 'awaited', value }], null, { atMs, poll, group: 0 }, { bounds: BOUNDS }),
  );
  if (compareStates(digests).verdict === 'progress') return true;
  // Texts that differ in numbers only are ids to a state, and yet may be what is read.
  const paths = new Set(digests.flatMap((digest) => [...digest.values.keys()]));
  return [...paths].some((path) => {
    const news = new WireNews();
    for (const digest of digests) news.add(digest.values.get(path));
    return news.count >= MIN_AWAITED && news.fresh * 2 > news.count;
  });
}
