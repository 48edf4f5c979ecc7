import type { Worse } from '../model/finding.ts';
import { cleanText } from './clean-text.ts';
import { grouped } from './paint.ts';

/** One sentence on a unit that got worse. */
export function worseText({ unit, what, before, after, of }: Worse): string {
  const from = before === null ? 'which was not there before' : `from ${percent(before)}`;
  return `Worse: ${cleanText(unit)} has ${percent(after)} ${what} of ${grouped(of)}, ${from}.`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
