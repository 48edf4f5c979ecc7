/** `selfwake run SCRIPT` and `selfwake run -- COMMAND`. */
import { basename } from 'node:path';
import { Option, type Command } from 'commander';
import { Ledger } from '../ledger/ledger.ts';
import { RecordFile } from '../session/record-file.ts';
import { watch, type WatchResult } from '../session/watch.ts';
import { brokenSentence } from './broken-sentence.ts';
import { addJudgingOptions, judgeWith, type JudgingOptions } from './judging-options.ts';
import { launchOf } from './launch.ts';
import { LiveScreen } from './live-screen.ts';
import { KeptOutput } from './live/kept-output.ts';
import { checkTerminal, LiveView } from './live/live-view.ts';
import { parseDuration } from './option-parsers.ts';
import { enoughFrom, isAtOrAbove, runOutcome, type Outcome } from './outcome.ts';
import { reportInput } from './report-input.ts';
import { checkTargets, writeReports } from './report-files.ts';
import { errorScreen } from './screen.ts';
import { toolVersion } from './tool-version.ts';

interface RunOptions extends JudgingOptions {
  record?: string;
  onDetect: 'report' | 'exit' | 'break';
  exact?: boolean;
  for?: number;
  live?: boolean;
}

/** `rest`: what followed `--` on the command line, null without one. */
export function addRunCommand(
  program: Command,
  rest: readonly string[] | null,
  done: (outcome: Outcome) => void,
): void {
  const command = program
    .command('run')
    .description(
      'run a script or a command, and report what spins in it: futures and any other loop',
    )
    .usage('[options] SCRIPT [ARGS...]\n       selfwake run [options] -- COMMAND...')
    .argument('[SCRIPT]', 'a JavaScript or TypeScript file; options after it are its own')
    .argument('[ARGS...]', 'arguments of the script')
    .passThroughOptions()
    .showHelpAfterError('Run `selfwake run --help` for the options.');
  addJudgingOptions(command)
    .option('--record <FILE>', 'keep the recording, to judge it again with `selfwake report`')
    .addOption(
      new Option(
        '--on-detect <ACTION>',
        'what to do at a finding that fails the run: exit ends the program, break the loop alone ' +
          '(of promises, microtasks or ticks that starve a main thread; the task of an executor)',
      )
        .choices(['report', 'exit', 'break'])
        .default('report'),
    )
    .option(
      '--exact',
      'trace from the start, again and again, for tests; changes nothing for instrumented executors, ' +
        'whose counts are always exact',
    )
    .option('--for <DURATION>', 'end the program after this time, e.g. 10s', parseDuration)
    .option(
      '--live',
      'a view as of `top`: who polls, runs and spins, with rates; what the program prints to the ' +
        'terminal is kept until the end (o shows it), and it has no stdin',
    )
    .action(async (script: string | undefined, args: string[], options: RunOptions) => {
      const operands = script === undefined ? [] : [script, ...args];
      done(await runAndJudge(operands, rest, options));
    });
}

async function runAndJudge(
  operands: readonly string[],
  rest: readonly string[] | null,
  options: RunOptions,
): Promise<Outcome> {
  checkTargets(options.report ?? []);
  if (options.live === true) checkTerminal('--live');
  const launch = launchOf(operands, rest);
  const stop = new AbortController();
  const output = options.live === true ? new KeptOutput() : null;
  const screen =
    output === null
      ? new LiveScreen(errorScreen(), options.format)
      : new LiveView({
          title: `run ${basename(operands[0] ?? launch.file)}`,
          screen: errorScreen(),
          format: options.format,
          output,
          onQuit: () => stop.abort(),
        });
  const ledger = new Ledger();
  const record =
    options.record === undefined
      ? null
      : new RecordFile(options.record, (error) => screen.say(error.message));
  try {
    screen.open();
    const result = await watch({
      ...launch,
      env: process.env,
      isAtTerminal: isAtTerminal(),
      agent: {
        thresholds: options.setup?.flatThresholds ?? {},
        isExact: options.exact === true,
        shallBreak: options.onDetect === 'break',
        root: process.cwd(),
      },
      toolVersion: toolVersion(),
      ledger,
      judge: judgeWith(options),
      onLine: (line) => record?.append(line),
      onFinding: (finding) => screen.show(finding, ledger.recording()),
      onJudged: (recording, judgement) => screen.look(recording, judgement),
      consequence: ({ level }) =>
        isAtOrAbove(level, enoughFrom(options.failOn)) ? options.onDetect : 'report',
      onBroken: ({ unit }, isBroken) => screen.say(brokenSentence(unit.name, isBroken)),
      forMs: options.for ?? null,
      stop: stop.signal,
      apart:
        output === null
          ? null
          : { streams: atTerminal(), onOutput: (stream, bytes) => output.add(stream, bytes) },
    });
    screen.close();
    const { recording, judgement } = result;
    const input = reportInput(recording, judgement);
    if (result.hasSource || options.format !== 'terminal') await screen.end(input);
    if (!result.hasSource) screen.say(nothingJudged(result));
    const errors = await writeReports(options, input);
    for (const error of errors) screen.say(error.message);
    return runOutcome({ ...result, failOn: options.failOn, hasFailed: errors.length > 0 });
  } finally {
    screen.close();
    record?.close();
  }
}

/** No Node process spoke to us. A program that failed has said why. */
function nothingJudged({ child: { code, signal }, wasEndedByUs }: WatchResult): string {
  if (code !== 0 && !wasEndedByUs) {
    const end = signal === null ? `with exit code ${code}` : `by ${signal}`;
    return `nothing could be judged: the program ended ${end} before a Node process in it could be watched. Mend that first.`;
  }
  return (
    'nothing could be judged: no Node process reported, or it was over at once. Name a script ' +
    '(selfwake run app.js) or a command that starts Node and hands on NODE_OPTIONS (selfwake run -- npm start).'
  );
}

/** Does a Ctrl-C reach the program by itself? One of its streams tells, whatever is redirected. */
function isAtTerminal(): boolean {
  return atTerminal().size > 0;
}

function atTerminal(): Set<'stdin' | 'stdout' | 'stderr'> {
  const names = ['stdin', 'stdout', 'stderr'] as const;
  return new Set(names.filter((name) => process[name].isTTY === true));
}
