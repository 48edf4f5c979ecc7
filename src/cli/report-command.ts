/** `selfwake report FILE`: judges a saved recording again, with any thresholds and reports. */
import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import { readRecording } from '../ledger/read-recording.ts';
import { SelfwakeError } from '../model/errors.ts';
import type { Recording } from '../model/recording.ts';
import { reportOn } from './judge-lines.ts';
import { addJudgingOptions, type JudgingOptions } from './judging-options.ts';
import type { Outcome } from './outcome.ts';
import { checkTargets } from './report-files.ts';

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
  return reportOn(recording, options);
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
