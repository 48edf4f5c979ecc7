/**
 * `selfwake report FILE`: judges a saved recording again, with any thresholds and reports; also
 * one that a tokio program wrote for tokio-console, while it is being written.
 */
import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import { Ledger } from '../ledger/ledger.ts';
import { readRecording } from '../ledger/read-recording.ts';
import { SelfwakeError } from '../model/errors.ts';
import { headerLine, type Line, type Recording } from '../model/recording.ts';
import { cleanText } from '../report/clean-text.ts';
import { Collector } from '../session/collector.ts';
import { isConsoleFile, readConsoleFile } from './console-file.ts';
import { inFile } from './input-file.ts';
import { reportOn } from './judge-lines.ts';
import { addJudgingOptions, judgeWith, type JudgingOptions } from './judging-options.ts';
import { LiveScreen } from './live-screen.ts';
import { parseDuration } from './option-parsers.ts';
import type { Outcome } from './outcome.ts';
import { checkTargets } from './report-files.ts';
import { ProgressLine } from './progress-line.ts';
import { errorScreen } from './screen.ts';
import { Stop } from './stop.ts';
import { toolVersion } from './tool-version.ts';

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

function readFrom(file: string, options: ReportOptions): Promise<Recording> {
  const { follow } = options;
  return inFile('recording', file, async () => {
    if (await isConsoleFile(file)) return consoleRecording(file, options);
    if (follow !== true) return readRecording(createReadStream(file, { encoding: 'utf8' }));
    const message =
      'Only recordings of tokio programs are read while they grow. Leave --follow out.';
    throw new SelfwakeError('cannot-follow', message);
  });
}

async function consoleRecording(file: string, options: ReportOptions): Promise<Recording> {
  const stop = new Stop(options.for ?? null);
  const isFollowed = options.follow === true;
  const progress = isFollowed ? ProgressLine.onTerminal() : null;
  const screen = new LiveScreen(errorScreen(), options.format, progress);
  const ledger = new Ledger();
  const add = isFollowed ? tellingAdd(ledger, options, screen) : (line: Line) => ledger.add(line);
  try {
    add(headerLine(toolVersion()));
    const follow = isFollowed ? { signal: stop.signal, patienceMs: PATIENCE_MS } : null;
    const unread = await readConsoleFile(file, { follow, onLines: (lines) => lines.forEach(add) });
    if (unread > 0) screen.say(`${unread} lines of ${file} could not be read, and were left out.`);
    return ledger.recording();
  } finally {
    screen.close();
    stop.release();
  }
}

/** Adds lines, and tells what is found in them so far. */
function tellingAdd(
  ledger: Ledger,
  options: ReportOptions,
  screen: LiveScreen,
): (line: Line) => void {
  const collector = new Collector({
    ledger,
    judge: judgeWith(options),
    onLine: () => {},
    onJudged: (recording, judgement) => screen.look(recording, judgement),
    onFinding: ({ rule, unit, level }) => {
      if (level === 'note') return;
      screen.say(`${level}: ${rule} in ${cleanText(unit.name)}, so far.`);
    },
  });
  return (line) => collector.take(line);
}
