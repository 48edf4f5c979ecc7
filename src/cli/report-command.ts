/**
 * `selfwake report FILE`: judges a saved recording again, with any thresholds and reports; also
 * one that a tokio program wrote for tokio-console, while it is being written.
 */
import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import { Ledger } from '../ledger/ledger.ts';
import { readRecording } from '../ledger/read-recording.ts';
import { reasonOf, SelfwakeError } from '../model/errors.ts';
import type { Line, Recording } from '../model/recording.ts';
import { Collector } from '../session/collector.ts';
import { isConsoleFile, readConsoleFile } from './console-file.ts';
import { header, reportOn } from './judge-lines.ts';
import { addJudgingOptions, judgeWith, type JudgingOptions } from './judging-options.ts';
import { LiveScreen } from './live-screen.ts';
import { parseDuration } from './option-parsers.ts';
import type { Outcome } from './outcome.ts';
import { checkTargets } from './report-files.ts';
import { errorScreen } from './screen.ts';

interface ReportOptions extends JudgingOptions {
  follow?: boolean;
  for?: number;
}

/** A file that has not grown for so long is whole. */
const PATIENCE_MS = 5000;

export function addReportCommand(program: Command, done: (outcome: Outcome) => void): void {
  const command = program
    .command('report')
    .description(
      'judge a recording again that `selfwake run --record` has kept, or one that a tokio program ' +
        'wrote where TOKIO_CONSOLE_RECORD_PATH said',
    )
    .argument('<FILE>', 'the recording')
    .option('--follow', 'of a tokio program: go on while the file grows')
    .option('--for <DURATION>', 'with --follow: end after this time, e.g. 10s', parseDuration)
    .showHelpAfterError('Run `selfwake report --help` for the options.');
  addJudgingOptions(command).action(async (file: string, options: ReportOptions) => {
    done(await reportAgain(file, options));
  });
}

async function reportAgain(file: string, options: ReportOptions): Promise<Outcome> {
  checkTargets(options.report ?? []);
  return reportOn(await readFrom(file, options), options);
}

async function readFrom(file: string, options: ReportOptions): Promise<Recording> {
  try {
    if (await isConsoleFile(file)) return await consoleRecording(file, options);
    if (options.follow === true) {
      const message =
        'Only recordings of tokio programs are read while they grow. Leave --follow out.';
      throw new SelfwakeError('cannot-follow', message);
    }
    return await readRecording(createReadStream(file, { encoding: 'utf8' }));
  } catch (cause) {
    if (cause instanceof SelfwakeError) {
      throw new SelfwakeError(cause.code, `${file}: ${cause.message}`, { cause });
    }
    const why = reasonOf(cause);
    throw new SelfwakeError(
      'cannot-read-recording',
      `Cannot read the recording ${file}: ${why}. Give a file that --record has written.`,
      { cause },
    );
  }
}

async function consoleRecording(file: string, options: ReportOptions): Promise<Recording> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  const screen = new LiveScreen(errorScreen(), options.format);
  const ledger = new Ledger();
  const collector = new Collector({
    ledger,
    judge: judgeWith(options),
    onLine: () => {},
    onFinding: ({ rule, unit, level }) => {
      if (options.follow !== true || level === 'note') return;
      screen.say(`${level}: ${rule} in ${unit.name}, so far.`);
    },
  });
  const take = (lines: readonly Line[]): void => {
    for (const line of lines) collector.take(line);
  };
  const timer = options.for === undefined ? null : setTimeout(end, options.for);
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    take([header()]);
    const follow =
      options.follow === true ? { signal: stop.signal, patienceMs: PATIENCE_MS } : null;
    const unread = await readConsoleFile(file, { follow, onLines: take });
    if (unread > 0) screen.say(`${unread} lines of ${file} could not be read, and were left out.`);
    return collector.recording();
  } finally {
    if (timer !== null) clearTimeout(timer);
    process.removeListener('SIGINT', end).removeListener('SIGTERM', end);
  }
}
