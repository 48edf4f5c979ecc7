import { judge, type JudgeOptions } from '../analysis/judge.ts';
import { isAtLeast } from '../analysis/order.ts';
import { unknownRule } from '../analysis/thresholds.ts';
import type { Level } from '../model/finding.ts';
import type { Recording } from '../model/recording.ts';
import { RULES_BY_ID } from '../rules/index.ts';
import { BusyLoopError } from '../source/executor/busy-loop-error.ts';
import type { Monitor } from '../source/executor/monitor.ts';
import { recordingOf } from './recording-of.ts';

export interface FindingsOptions extends Pick<JudgeOptions, 'thresholds'> {
  /** The rules to ask; all, if none is named. */
  rules?: readonly string[];
  /** The lowest level that counts. Default `note`: everything. */
  level?: Level;
}

/** An error that tells the findings as a terminal shows them; null when there are none. */
export function findingsIn(
  subject: Monitor | Recording,
  { rules, level = 'note', ...judging }: FindingsOptions = {},
): BusyLoopError | null {
  for (const rule of rules ?? []) {
    if (!RULES_BY_ID.has(rule)) throw unknownRule(rule, RULES_BY_ID.keys());
  }
  const recording = recordingOf(subject);
  const [first, ...more] = judge(recording, judging).findings.filter(
    (finding) => isAtLeast(finding.level, level) && (rules?.includes(finding.rule) ?? true),
  );
  return first === undefined ? null : new BusyLoopError([first, ...more], recording);
}
