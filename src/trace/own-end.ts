/**
 * A loop that counts and looks at the clock for when to stop: a benchmark, a load generator,
 * a worker with a time budget. Its deadline is the bound that it moves toward; nothing in
 * its state shows it but an instant that stands still while something is counted.
 */
import type { StateComparison } from '../model/recording.ts';
import { isCount } from './path-class.ts';
import type { Digest } from './state-digest.ts';

/** A time limit that a program waits for busily, and means to, is no longer than this. */
const LONGEST_MS = 600_000;

/** A clock, and near it a comparison. */
const CLOCK_COMPARED =
  /(?:\bnow\s*\(\)|\bhrtime|\buptime\s*\(\)|getTime\s*\(\))[^;{}]{0,60}[<>]|[<>]=?[^;{}<>=]{0,60}(?:\bnow\s*\(\)|\bhrtime|\buptime\s*\(\))/;

/** True when something is counted and the loop's own code will end it before long. */
export function endsInTime(
  state: StateComparison,
  last: Digest | undefined,
  text: string,
): boolean {
  if (last === undefined || !state.moved.some(({ as }) => isCount(as))) return false;
  const looksAtClock = [text, ...Array.from(last.code, String)].some((code) =>
    CLOCK_COMPARED.test(code),
  );
  return looksAtClock && holdsInstant(last);
}

/** A number near the time of day, or of the process: a deadline, or when it began. */
function holdsInstant({ values, atMs }: Digest): boolean {
  const clocks = [performance.timeOrigin + atMs, atMs];
  for (const value of values.values()) {
    if (typeof value !== 'number') continue;
    if (clocks.some((now) => value > 0 && Math.abs(value - now) <= LONGEST_MS)) return true;
  }
  return false;
}
