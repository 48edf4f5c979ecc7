/** What there is to say beside the findings: what the verdict does not stand on, and what else counts. */
import type { Judgement, Suppressed } from '../model/finding.ts';
import type { Recording } from '../model/recording.ts';
import { cleanText } from './clean-text.ts';
import { notJudgedText } from './not-judged.ts';
import { plural } from './paint.ts';
import { worseText } from './worse-text.ts';

export const CUT = 'The recording was cut: it was judged up to its last whole line.';

export function brokenText({ rule, error }: Judgement['brokenRules'][number]): string {
  return `Rule ${rule} failed, which is a bug in selfwake: ${cleanText(error)}`;
}

/** Sentences, one each; nothing in them is obeyed by a terminal. */
export function remarksOn(recording: Recording, judgement: Judgement): string[] {
  const { notRun, suppressed = [], unused = [], worse = [], brokenRules } = judgement;
  const dropped = recording.segments.reduce((sum, segment) => sum + segment.dropped, 0);
  const notJudged = notJudgedText(notRun, recording);
  return [
    ...(recording.isTruncated ? [CUT] : []),
    ...(dropped > 0 ? [`${plural(dropped, 'event')} not counted: a table was full.`] : []),
    ...(notJudged === null ? [] : [notJudged]),
    ...suppressed.map(suppressedText),
    ...unused.map(cleanText),
    ...worse.map(worseText),
    ...brokenRules.map(brokenText),
  ];
}

function suppressedText({ finding, by, reason }: Suppressed): string {
  const why = reason === '' ? '' : `: ${reason}`;
  return `Suppressed by ${by}: ${finding.rule} in ${cleanText(finding.unit.name)}${cleanText(why)}`;
}
