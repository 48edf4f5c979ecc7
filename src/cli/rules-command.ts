/** `selfwake rules`: every rule with its thresholds, their defaults and where those come from. */
import type { Command } from 'commander';
import { RULES } from '../rules/index.ts';
import type { Rule, ThresholdSpec } from '../rules/rule.ts';
import { grouped, paintOf, wrapped, type Paint } from '../report/paint.ts';
import type { Outcome } from './outcome.ts';
import { outputScreen } from './screen.ts';

export function addRulesCommand(program: Command, done: (outcome: Outcome) => void): void {
  program
    .command('rules')
    .description('list the rules, and their thresholds with the defaults')
    .showHelpAfterError('`selfwake rules` takes no arguments.')
    .action(() => {
      const screen = outputScreen();
      const paint = paintOf(screen.style);
      screen.write(RULES.map((rule) => ruleText(rule, paint)).join('\n'));
      done({ exitCode: 0, signal: null });
    });
}

function ruleText({ meta }: Rule, paint: Paint): string {
  const title = `${paint.bold(meta.id)}  ${paint.level(meta.level, meta.level)}`;
  const thresholds = Object.entries(meta.thresholds).flatMap(([key, spec]) => [
    `  --threshold ${meta.id}.${key}=${spec.default}  ${paint.dim(range(spec))}`,
    `      ${paint.dim(wrapped(spec.why, paint.width, '      '))}`,
  ]);
  const lines = [title, `  ${wrapped(meta.summary, paint.width, '  ')}`, ...thresholds];
  return `${lines.join('\n')}\n`;
}

function range({ min, max, unit }: ThresholdSpec): string {
  return `(${grouped(min)} to ${grouped(max)} ${unit})`;
}
