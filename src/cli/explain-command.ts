/** `selfwake explain RULE`: the rule's page. */
import type { Command } from 'commander';
import { unknownRule } from '../analysis/thresholds.ts';
import { RULES_BY_ID } from '../rules/index.ts';
import type { Outcome } from './outcome.ts';
import { rulePage } from './rule-help.ts';
import { outputScreen } from './screen.ts';

export function addExplainCommand(program: Command, done: (outcome: Outcome) => void): void {
  program
    .command('explain')
    .description("print a rule's page: what it finds, why it matters, what to do")
    .argument('<RULE>', 'its id, as `selfwake rules` lists it')
    .showHelpAfterError('Run `selfwake rules` for the rules there are.')
    .action((id: string) => {
      if (!RULES_BY_ID.has(id)) throw unknownRule(id, RULES_BY_ID.keys());
      outputScreen().write(rulePage(id));
      done({ exitCode: 0, signal: null });
    });
}
