/** `selfwake attach PID`, `attach host:port`, `attach ws://…`: looks into what runs already. */
import type { Command } from 'commander';
import { parseDuration } from './option-parsers.ts';
import { addJudgingOptions } from './judging-options.ts';
import { AttachRun, type AttachCommandOptions } from './attach-run.ts';
import type { Outcome } from './outcome.ts';

export function addAttachCommand(program: Command, done: (outcome: Outcome) => void): void {
  const command = program
    .command('attach')
    .description(
      'look into a process that runs already, name what spins in it, and leave it as it was: a ' +
        'Node process by its id, or any V8 inspector by its address',
    )
    .argument('<TARGET>', 'a process id, host:port, or ws://… of an inspector')
    .showHelpAfterError('Run `selfwake attach --help` for the options.');
  addJudgingOptions(command)
    .option('--tree', 'the process and the Node processes below it, those that look worst first')
    .option(
      '--for <DURATION>',
      'look for this long, whatever is found; else until something is certain, at most 10s a process',
      parseDuration,
    )
    .option(
      '--live',
      'a view as of `top`: its threads and what spins in them, with rates, until you quit or --for',
    )
    .option('--record <FILE>', 'keep the recording, to judge it again with `selfwake report`')
    .option(
      '--break',
      'end the loop that was found where that is safe: one of promises, microtasks or ticks that starves a main thread',
    )
    .option('--yes', 'ask nothing: send SIGUSR1 where an inspector is to be opened, and break')
    .action(async (target: string, options: AttachCommandOptions) => {
      done(await new AttachRun(target, options).run());
    });
}
