import type { Worse } from '../model/finding.ts';
import { cleanText } from './clean-text.ts';
import { grouped } from './paint.ts';

/** One sentence on a unit that got worse. */
export function worseText({ unit, what, before, after, of }: Worse): string {
  const from = before === null ? 'which was not there before' : `from ${percent(before)}`;
  return `Worse: ${cleanText(unit)} has ${percent(after)} ${what} of ${grouped(of)}, ${from}.`;
}

/** The same of one that got better: the two runs are the other way round there. */
export function betterText({ unit, what, before, after }: Worse): string {
  return `Better: ${cleanText(unit)} has ${percent(before ?? 0)} ${what}, from ${percent(after)}.`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
