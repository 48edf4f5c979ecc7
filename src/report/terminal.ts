/**
 * The report for people: the verdict, each finding, what could not be judged, and the
 * counts. What was shown already while the program ran is not shown a second time, only
 * named: see {@link TerminalOptions.shown}.
 */
import type { Finding, Judgement } from '../model/finding.ts';
import type { Recording } from '../model/recording.ts';
import { cleanText } from './clean-text.ts';
import { countsTable } from './counts-table.ts';
import { levelsText } from './levels-text.ts';
import { paintOf, wrapped, type Paint } from './paint.ts';
import { remarksOn } from './remarks.ts';
import type { ReportInput } from './report.ts';
import { seenText } from './seen-text.ts';
import { headline, terminalFinding } from './terminal-finding.ts';

export interface TerminalOptions {
  /** Findings on the screen already, told by {@link shownKey}. */
  shown?: ReadonlySet<string>;
}

/** Two findings with this in common look the same on the screen, but for their numbers. */
export function shownKey({ segment, fingerprint, confidence, location, level }: Finding): string {
  const place = location === null ? '' : `${location.file}:${location.line}`;
  return [segment, fingerprint, level, confidence, place].join('\n');
}

export function terminalReport(input: ReportInput, { shown }: TerminalOptions = {}): string {
  const { recording, judgement, codeFrames, style } = input;
  const paint = paintOf(style);
  const blocks: string[] = [];
  for (const finding of judgement.findings) {
    blocks.push(
      shown?.has(shownKey(finding))
        ? `${headline(finding, paint, ', shown above')}\n  ${wrapped(cleanText(finding.message), paint.width, '  ')}\n`
        : terminalFinding(finding, codeFrames, style),
    );
  }
  const counts = countsTable(recording, paint);
  if (counts.length > 0) blocks.push(`${counts.join('\n')}\n`);
  const remarks = remarksOn(recording, judgement).map((remark) =>
    paint.dim(wrapped(remark, paint.width, '  ')),
  );
  if (remarks.length > 0) blocks.push(`${remarks.join('\n')}\n`);
  blocks.push(`${verdictLine(recording, judgement, paint)}\n`);
  return blocks.join('\n');
}

function verdictLine(recording: Recording, judgement: Judgement, paint: Paint): string {
  const { verdict, findings } = judgement;
  const seen = seenText(recording);
  switch (verdict) {
    case 'ok':
      return `${paint.good('ok')}  no busy loop found in ${seen}`;
    case 'not-enough':
      return `${paint.bold('not enough seen')}  nothing found in ${seen}, which is too little to call it fine`;
    case 'found': {
      const worst = findings[0];
      const text = `found  ${levelsText(findings)} in ${seen}`;
      return worst === undefined ? text : paint.level(worst.level, text);
    }
  }
}
