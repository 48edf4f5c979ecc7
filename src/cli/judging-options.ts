/** The options of every command that judges and reports, and what they come to. */
import { Option, type Command } from 'commander';
import { judge } from '../analysis/judge.ts';
import { thresholdOverrides, type ThresholdSetting } from '../analysis/thresholds.ts';
import type { Judgement } from '../model/finding.ts';
import type { Recording } from '../model/recording.ts';
import { REPORT_FORMATS, type ReportFormat } from '../report/reports.ts';
import {
  parseFormat,
  parseReportTarget,
  parseThresholds,
  type ReportTarget,
} from './option-parsers.ts';
import { FAIL_ON, type FailOn } from './outcome.ts';

export interface JudgingOptions {
  report?: ReportTarget[];
  format: ReportFormat;
  failOn: FailOn;
  threshold?: ThresholdSetting[];
}

export function addJudgingOptions(command: Command): Command {
  return command
    .option(
      '--report <FORMAT=FILE>',
      `write a report to a file; repeatable (${REPORT_FORMATS.join(', ')})`,
      parseReportTarget,
    )
    .option('--format <FORMAT>', 'what the screen shows', parseFormat, 'terminal')
    .addOption(
      new Option('--fail-on <LEVEL>', 'exit with 1 for findings of this level and above')
        .choices(FAIL_ON)
        .default('warning'),
    )
    .option(
      '--threshold <RULE.KEY=N>',
      "set a rule's threshold; repeatable (`selfwake rules` prints the defaults)",
      parseThresholds,
    );
}

export function judgeWith(options: JudgingOptions): (recording: Recording) => Judgement {
  const thresholds = thresholdOverrides(options.threshold ?? []);
  return (recording) => judge(recording, { thresholds });
}
