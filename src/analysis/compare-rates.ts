/**
 * Which units got worse between two runs, beyond noise. Two shares of each unit are compared:
 * of polls that woke themselves, and of reads and writes that brought nothing. Of a share in
 * a finite run Wilson's interval holds the true one with 99.9 %. A unit is worse when the
 * interval of the later run lies wholly above that of the earlier one, and by more than
 * {@link LEAST_RISE}, which no repair is worth. A unit that is new is held against
 * {@link USUAL}: a healthy set of futures wakes itself in half of its polls for ever.
 */

import type { Worse } from '../model/finding.ts';

/** Of one unit: how many polls, and so on, of a run or of several. */
export interface UnitRates {
  name: string;
  polls: number;
  selfWoken: number;
  operations: number;
  empty: number;
}

/** 99.9 %, both sides. */
const Z = 3.29;
const LEAST_RISE = 0.05;
const USUAL = 0.5;
/** Shares of fewer say nothing. */
const LEAST_COUNT = 100;

export type Rates = Readonly<Record<string, UnitRates>>;

export function worseRates(before: Rates, after: Rates): Worse[] {
  const changes = Object.entries(after).flatMap(([key, now]) => {
    const then = Object.hasOwn(before, key) ? before[key] : undefined;
    return [
      change(key, now.name, 'self-woken polls', then && [then.selfWoken, then.polls], [
        now.selfWoken,
        now.polls,
      ]),
      change(key, now.name, 'empty reads and writes', then && [then.empty, then.operations], [
        now.empty,
        now.operations,
      ]),
    ].filter((one) => one !== null);
  });
  return changes.sort((a, b) => b.after - (b.before ?? 0) - (a.after - (a.before ?? 0)));
}

type Share = readonly [hits: number, of: number];

function change(
  key: string,
  unit: string,
  what: Worse['what'],
  then: Share | undefined,
  now: Share,
): Worse | null {
  const [hits, of] = now;
  if (of < LEAST_COUNT) return null;
  const hasBefore = then !== undefined && then[1] >= LEAST_COUNT;
  const bound = hasBefore ? wilson(then)[1] : USUAL;
  if (wilson(now)[0] <= bound + LEAST_RISE) return null;
  return { unit, key, what, before: hasBefore ? then[0] / then[1] : null, after: hits / of, of };
}

/** The interval that holds the true share. */
export function wilson([hits, of]: Share): [low: number, high: number] {
  const share = hits / of;
  const z2 = (Z * Z) / of;
  const middle = (share + z2 / 2) / (1 + z2);
  const half = (Z * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of))) / (1 + z2);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
