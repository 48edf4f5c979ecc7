/** `selfwake tokio [URL...]`: programs that serve tokio-console, judged while they run. */
import { hostname } from 'node:os';
import { Option, type Command } from 'commander';
import { Ledger } from '../ledger/ledger.ts';
import { SelfwakeError } from '../model/errors.ts';
import { headerLine, type Line, type ProcessInfo } from '../model/recording.ts';
import { Collector } from '../session/collector.ts';
import { isCountedTooShort } from '../rules/seen.ts';
import { RecordFile } from '../session/record-file.ts';
import { stacksOf } from '../session/stacks-of.ts';
import { watchConsole } from '../source/tokio/watch-console.ts';
import { addJudgingOptions, judgeWith, type JudgingOptions } from './judging-options.ts';
import { LiveScreen, type WatchScreen } from './live-screen.ts';
import { checkTerminal, LiveView } from './live/live-view.ts';
import { parseDuration, parsePid } from './option-parsers.ts';
import { FAILED, isAtOrAbove, judgedOutcome, type Outcome } from './outcome.ts';
import { reportInput } from './report-input.ts';
import { checkTargets, writeReports } from './report-files.ts';
import { ProgressLine } from './progress-line.ts';
import { errorScreen } from './screen.ts';
import { Stop } from './stop.ts';
import { toolVersion } from './tool-version.ts';

interface TokioOptions extends JudgingOptions {
  record?: string;
  for?: number;
  live?: boolean;
  pid?: number;
  onDetect: 'report' | 'exit';
}

const DEFAULT_TARGET = '127.0.0.1:6669';
const DEFAULT_PORT = 6669;

/** A server that does not answer for so long is not there (any more). */
const PATIENCE_MS = 5000;

/** Stacks take some seconds, and a console needs some windows: then all is known. */
const WITH_STACKS_MS = 8000;

/** What came in is judged as often; a suspicion at once. */
const TICK_MS = 250;

export function addTokioCommand(program: Command, done: (outcome: Outcome) => void): void {
  const command = program
    .command('tokio')
    .description('watch tokio programs that serve tokio-console, and report which tasks spin')
    .argument('[URL...]', 'where they serve it', [DEFAULT_TARGET])
    .showHelpAfterError('Run `selfwake tokio --help` for the options.');
  addJudgingOptions(command)
    .option(
      '--for <DURATION>',
      'end after this time of the first that answers, e.g. 10s; else with the programs',
      parseDuration,
    )
    .option(
      '--watch, --live',
      'a view as of `top`: where tasks are spawned, and what spins, with rates',
    )
    .option(
      '--pid <PID>',
      'also take stacks of this process (by perf, gdb or eu-stack): they name what spins in the task',
      parsePid,
    )
    .option('--record <FILE>', 'keep the recording, to judge it again with `selfwake report`')
    .addOption(
      new Option('--on-detect <ACTION>', 'at a finding that fails the run: exit ends watching')
        .choices(['report', 'exit'])
        .default('report'),
    )
    .action(async (targets: string[], options: TokioOptions) => {
      done(await watchAndJudge(targets.map(targetOf), options));
    });
}

async function watchAndJudge(targets: readonly string[], options: TokioOptions): Promise<Outcome> {
  checkTargets(options.report ?? []);
  if (options.live === true) checkTerminal('--watch');
  const isUnending = options.pid === undefined || options.live === true;
  const stop = new Stop(null);
  // A program may be just starting: the time is that of what is seen.
  const forMs = options.for ?? (isUnending ? null : WITH_STACKS_MS);
  const screen = screenFor(targets, options, stop);
  screen.open();
  const record =
    options.record === undefined
      ? null
      : new RecordFile(options.record, (error) => screen.say(error.message));
  const ledger = new Ledger();
  const collector = new Collector({
    ledger,
    judge: judgeWith(options),
    onLine: (line) => record?.append(line),
    onJudged: (recording, judgement) => screen.look(recording, judgement),
    onFinding: (finding) => {
      // Notes can wait for the end: a program has many, and spins on.
      if (finding.level !== 'note') screen.show(finding, ledger.recording());
      if (options.onDetect === 'exit' && isAtOrAbove(finding.level, options.failOn)) stop.now();
    },
  });
  const take = (lines: readonly Line[]): void => {
    for (const line of lines) collector.take(line);
  };
  const ticking = setInterval(() => collector.tick(), TICK_MS);
  try {
    take([headerLine(toolVersion())]);
    const watched = targets.map(async (target) => {
      const process = processOf(target, options.pid ?? 0);
      const own = { target, process, signal: stop.signal, patienceMs: PATIENCE_MS };
      try {
        const hasSeen = await watchConsole({
          ...own,
          onLines: (lines) => {
            if (forMs !== null) stop.after(forMs);
            take(lines);
          },
          say: (sentence) => screen.say(sentence),
        });
        if (!hasSeen)
          screen.say(`${target} did not answer. Is a program there that serves tokio-console?`);
        return hasSeen;
      } catch (error) {
        if (!(error instanceof SelfwakeError)) throw error;
        screen.say(error.message);
        return false;
      }
    });
    const { pid } = options;
    const stacks = pid === undefined ? null : await withStacks(pid, stop.signal, screen, take);
    const hasSeen = [...(await Promise.all(watched)), stacks === true].includes(true);
    const judgement = collector.judge();
    const recording = collector.recording();
    const input = reportInput(recording, judgement);
    if (hasSeen || options.format !== 'terminal') await screen.end(input);
    const isTooShort = recording.segments.every(isCountedTooShort);
    const isJudged = hasSeen && !(isTooShort && judgement.verdict === 'not-enough');
    if (!isJudged) screen.say('nothing could be judged.');
    const errors = await writeReports(options, input);
    for (const error of errors) screen.say(error.message);
    const outcome = judgedOutcome(judgement, options.failOn);
    const hasFailed = !isJudged || errors.length > 0;
    return hasFailed && outcome.exitCode === 0 ? FAILED : outcome;
  } finally {
    clearInterval(ticking);
    screen.close();
    stop.release();
    record?.close();
  }
}

function screenFor(
  targets: readonly string[],
  { live, format }: TokioOptions,
  stop: Stop,
): WatchScreen {
  const screen = errorScreen();
  if (live !== true) return new LiveScreen(screen, format, ProgressLine.onTerminal());
  const title = `tokio ${targets.join(' ')}`;
  return new LiveView({ title, screen, format, output: null, onQuit: stop.now });
}

/** Answers whether there were any. */
async function withStacks(
  pid: number,
  signal: AbortSignal,
  screen: WatchScreen,
  take: (lines: readonly Line[]) => void,
): Promise<boolean> {
  try {
    take(await stacksOf(pid, processOf(DEFAULT_TARGET, pid), signal));
    return true;
  } catch (error) {
    if (!(error instanceof SelfwakeError)) throw error;
    screen.say(error.message);
    return false;
  }
}

/** `http://host:port/`, `host:port`, `host`, `:port`, `[::1]:port`, `unix:/path`. */
function targetOf(text: string): string {
  if (text.startsWith('unix:')) return text;
  const bare = text.replace(/^[a-z+]+:\/\//, '').replace(/\/.*$/, '');
  const match = /^(\[[^\]]+\]|[^:]*)(?::(\d{1,5}))?$/.exec(bare);
  const host = match?.[1] === '' ? '127.0.0.1' : match?.[1];
  if (host === undefined) {
    throw new SelfwakeError(
      'target-malformed',
      `'${text}' is no address. Write HOST:PORT, for example ${DEFAULT_TARGET}.`,
    );
  }
  return `${host}:${match?.[2] ?? DEFAULT_PORT}`;
}

function processOf(target: string, pid: number): ProcessInfo {
  const host = pid === 0 ? target : hostname();
  return { host, pid, parentPid: null, thread: 0, command: [target], runtime: 'tokio' };
}
