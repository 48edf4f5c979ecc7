/** `selfwake report FILE`: judges a saved recording again, with any thresholds and reports. */
import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import { readRecording } from '../ledger/read-recording.ts';
import { SelfwakeError } from '../model/errors.ts';
import type { Recording } from '../model/recording.ts';
import { REPORTS } from '../report/reports.ts';
import { addJudgingOptions, judgeWith, type JudgingOptions } from './judging-options.ts';
import { FAILED, judgedOutcome, type Outcome } from './outcome.ts';
import { reportInput } from './report-input.ts';
import { checkTargets, writeReports } from './report-files.ts';
import { errorScreen, outputScreen } from './screen.ts';

export function addReportCommand(program: Command, done: (outcome: Outcome) => void): void {
  const command = program
    .command('report')
    .description('judge a recording again that `selfwake run --record` has kept')
    .argument('<FILE>', 'the recording')
    .showHelpAfterError('Run `selfwake report --help` for the options.');
  addJudgingOptions(command).action(async (file: string, options: JudgingOptions) => {
    done(await reportAgain(file, options));
  });
}

async function reportAgain(file: string, options: JudgingOptions): Promise<Outcome> {
  checkTargets(options.report ?? []);
  const recording = await readFrom(file);
  const judgement = judgeWith(options)(recording);
  const input = reportInput(recording, judgement);
  const screen = outputScreen();
  const report = await REPORTS[options.format].load();
  screen.write(report({ ...input, style: screen.style }));
  const errors = await writeReports(options, input);
  for (const error of errors) errorScreen().write(`selfwake: ${error.message}\n`);
  const outcome = judgedOutcome(judgement, options.failOn);
  return errors.length > 0 && outcome.exitCode === 0 ? FAILED : outcome;
}

async function readFrom(file: string): Promise<Recording> {
  try {
    return await readRecording(createReadStream(file, { encoding: 'utf8' }));
  } catch (cause) {
    if (cause instanceof SelfwakeError) {
      throw new SelfwakeError(cause.code, `${file}: ${cause.message}`, { cause });
    }
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SelfwakeError(
      'cannot-read-recording',
      `Cannot read the recording ${file}: ${why}. Give a file that --record has written.`,
      { cause },
    );
  }
}
