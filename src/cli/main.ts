/**
 * The command line: the only place that knows commander, prints, and decides about exit
 * codes. 0: nothing found. 1: findings at or above `--fail-on`. 2: wrong usage, nothing
 * could be judged, or selfwake itself failed. Else the watched program's own.
 */
import { constants } from 'node:os';
import { Command, CommanderError } from 'commander';
import { SelfwakeError } from '../model/errors.ts';
import { addAttachCommand } from './attach-command.ts';
import { addBaselineCommand } from './baseline-command.ts';
import { addDiffCommand } from './diff-command.ts';
import { addExplainCommand } from './explain-command.ts';
import { FAILED, type Outcome } from './outcome.ts';
import { addPsCommand } from './ps-command.ts';
import { addProfileCommand } from './profile-command.ts';
import { addReportCommand } from './report-command.ts';
import { addRulesCommand } from './rules-command.ts';
import { addRunCommand } from './run-command.ts';
import { errorScreen } from './screen.ts';
import { addTokioCommand } from './tokio-command.ts';
import { toolVersion } from './tool-version.ts';

/** What a shell makes of a program that a signal ended: this and the signal's number. */
const SIGNAL_EXIT = 128;

/** Signals that would make this process leave a core file, perhaps over that of the watched one. */
const DUMPS_CORE = new Set<NodeJS.Signals>([
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGQUIT',
  'SIGSEGV',
  'SIGSYS',
  'SIGTRAP',
]);

/** Runs one command line (without `node` and the script) and answers how the process shall end. */
export async function main(argv: readonly string[]): Promise<Outcome> {
  let outcome: Outcome = { exitCode: 0, signal: null };
  const { own, rest } = splitAtDashes(argv);
  const program = new Command('selfwake')
    .description(
      'Finds busy loops in Node and tokio programs, and names the innermost function or future that spins.',
    )
    .version(toolVersion(), '-V, --version')
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('Run `selfwake --help` for what there is.');
  const done = (result: Outcome): void => {
    outcome = result;
  };
  addRunCommand(program, rest, done);
  addAttachCommand(program, done);
  addPsCommand(program, done);
  addTokioCommand(program, done);
  addProfileCommand(program, done);
  addReportCommand(program, done);
  addDiffCommand(program, done);
  addBaselineCommand(program, done);
  addExplainCommand(program, done);
  addRulesCommand(program, done);
  try {
    await program.parseAsync([...own], { from: 'user' });
    return outcome;
  } catch (error) {
    return failure(error);
  }
}

/** Runs the command line as this process: sets its exit code, or ends it by the program's signal. */
export async function runAsProcess(argv: readonly string[]): Promise<void> {
  const { exitCode, signal } = await main(argv);
  process.exitCode = signal === null ? exitCode : SIGNAL_EXIT + constants.signals[signal];
  // Ends this process as the watched one ended, so that a shell sees the same.
  if (signal !== null && !DUMPS_CORE.has(signal)) process.kill(process.pid, signal);
}

/** `run OPTIONS -- COMMAND…`: what follows the first `--` is never ours to read. */
function splitAtDashes(argv: readonly string[]): { own: string[]; rest: string[] | null } {
  const dashes = argv.indexOf('--');
  if (argv[0] !== 'run' || dashes === -1) return { own: [...argv], rest: null };
  return { own: argv.slice(0, dashes), rest: argv.slice(dashes + 1) };
}

function failure(error: unknown): Outcome {
  // Commander has printed what was wrong, or the help that was asked for.
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? { exitCode: 0, signal: null } : FAILED;
  }
  const screen = errorScreen();
  if (error instanceof SelfwakeError) screen.write(`selfwake: ${error.message}\n`);
  else {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    screen.write(`selfwake: this is a bug in selfwake; please report it.\n${detail}\n`);
  }
  return FAILED;
}
