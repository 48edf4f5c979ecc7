/** The options of every command that judges and reports, and what they come to. */
import { Option, type Command } from 'commander';
import type { ThresholdSetting } from '../analysis/thresholds.ts';
import type { Judgement } from '../model/finding.ts';
import type { Recording } from '../model/recording.ts';
import { REPORT_FORMATS, type ReportFormat } from '../report/reports.ts';
import { loadConfig } from './config.ts';
import { JudgeSetup } from './judge-setup.ts';
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
  config?: string;
  baseline?: string;
  /** What the two and the flags come to: made before the command's action. */
  setup?: JudgeSetup;
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
    )
    .option(
      '--config <FILE>',
      'the configuration; else selfwake.config.{ts,js,json} in this folder',
    )
    .option(
      '--baseline <FILE>',
      'what `selfwake baseline` has written: what is in it fails nothing, what got worse does',
    )
    .hook('preAction', async (_, action) => {
      const options = action.opts<JudgingOptions>();
      const config = await loadConfig(options.config);
      if (options.baseline !== undefined) config.baseline = options.baseline;
      const isDefault = action.getOptionValueSource('failOn') === 'default';
      if (config.failOn !== undefined && isDefault) action.setOptionValue('failOn', config.failOn);
      action.setOptionValue('setup', new JudgeSetup(config, options.threshold ?? []));
    });
}

export function judgeWith(options: JudgingOptions): (recording: Recording) => Judgement {
  const setup = options.setup ?? new JudgeSetup({}, options.threshold ?? []);
  return (recording) => setup.judge(recording);
}
