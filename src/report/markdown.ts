/** For a pull request and a job's summary: the verdict, each finding with its code, the counts folded away. */
import { codeFrameKey } from '../model/code-frame.ts';
import type { Finding } from '../model/finding.ts';
import { cleanCode } from './clean-text.ts';
import { countsTable } from './counts-table.ts';
import { evidenceRows } from './evidence-rows.ts';
import { codeSpan, fenced, plainText } from './markdown-text.ts';
import { notJudgedText } from './not-judged.ts';
import { paintOf, plural } from './paint.ts';
import { remarksOn } from './remarks.ts';
import { PLAIN_STYLE, type ReportInput } from './report.ts';
import { seenText } from './seen-text.ts';
import { placeText } from './terminal-finding.ts';

/** A comment on GitHub holds 65,536 characters. */
const MAX_FINDINGS = 20;

const PLAIN_PAINT = paintOf(PLAIN_STYLE);

export function markdownReport(input: ReportInput): string {
  const { recording, judgement } = input;
  const shown = judgement.findings.slice(0, MAX_FINDINGS);
  const left = judgement.findings.length - shown.length;
  const counts = countsTable(recording, PLAIN_PAINT);
  const notJudged = notJudgedText(judgement.notRun, recording);
  const blocks = [
    `## selfwake: ${verdict(input)}`,
    ...shown.flatMap((finding) => findingBlocks(finding, input)),
    ...(left > 0 ? [`… and ${plural(left, 'more finding')}.`] : []),
    // What was not judged is folded away below.
    ...remarksOn(recording, { ...judgement, notRun: [] }).map(plainText),
    ...(counts.length === 0 ? [] : [folded('Counts per future type', fenced(counts.join('\n')))]),
    ...(notJudged === null ? [] : [folded('Not judged', plainText(notJudged))]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function verdict({ judgement: { verdict, findings }, recording }: ReportInput): string {
  const seen = plainText(seenText(recording));
  switch (verdict) {
    case 'ok':
      return `no busy loop in ${seen}`;
    case 'not-enough':
      return `nothing found in ${seen}, which is too little to call it fine`;
    case 'found':
      return `${plural(findings.length, 'finding')} in ${seen}`;
  }
}

function findingBlocks(finding: Finding, input: ReportInput): string[] {
  const { rule, unit, level, confidence, location, segment, message, advice } = finding;
  const frame = location && input.codeFrames.get(codeFrameKey(segment, location));
  const code = frame?.lines.map((line, i) => {
    const number = frame.firstLine + i;
    return `${number === location?.line ? '>' : ' '} ${number} | ${cleanCode(line)}`;
  });
  return [
    `### ${level}: ${codeSpan(rule)} in ${codeSpan(unit.name)} (${confidence})`,
    plainText(message),
    ...(location === null ? [] : [`At ${codeSpan(placeText(location))}`]),
    ...(code === undefined ? [] : [fenced(code.join('\n'))]),
    `**What to do.** ${plainText(advice)}`,
    folded('Why selfwake thinks so', fenced(evidenceRows(finding, PLAIN_PAINT).join('\n'))),
  ];
}

function folded(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}
