/** `selfwake diff A B`: what is new, gone and worse in the later of two recordings. */
import type { Command } from 'commander';
import { worseRates } from '../analysis/compare-rates.ts';
import { judge } from '../analysis/judge.ts';
import type { Finding, Worse } from '../model/finding.ts';
import { cleanText } from '../report/clean-text.ts';
import { paintOf, type Paint } from '../report/paint.ts';
import { betterText, worseText } from '../report/worse-text.ts';
import { ratesOf } from './baseline-file.ts';
import { isAtOrAbove, type Outcome } from './outcome.ts';
import { recordingFrom } from './input-file.ts';
import { outputScreen } from './screen.ts';

export interface Difference {
  new: Finding[];
  gone: Finding[];
  worse: Worse[];
  better: Worse[];
}

export function addDiffCommand(program: Command, done: (outcome: Outcome) => void): void {
  program
    .command('diff')
    .description('compare two recordings: what is new, gone, worse and better in the second')
    .argument('<A>', 'the earlier recording')
    .argument('<B>', 'the later one')
    .option('--json', 'for programs')
    .showHelpAfterError('Run `selfwake diff --help` for the options.')
    .action(async (a: string, b: string, { json }: { json?: boolean }) => {
      const difference = await differenceOf(a, b);
      const screen = outputScreen();
      const text =
        json === true
          ? JSON.stringify(difference, null, 2)
          : differenceText(difference, paintOf(screen.style));
      screen.write(`${text}\n`);
      const isWorse = difference.new.some(({ level }) => isAtOrAbove(level, 'warning'));
      done({ exitCode: isWorse || difference.worse.length > 0 ? 1 : 0, signal: null });
    });
}

async function differenceOf(a: string, b: string): Promise<Difference> {
  const [before, after] = [await recordingFrom(a), await recordingFrom(b)];
  const [then, now] = [judge(before).findings, judge(after).findings];
  const [old, young] = [ratesOf([before]), ratesOf([after])];
  const without = (from: Finding[], others: Finding[]): Finding[] => {
    const known = new Set(others.map(({ fingerprint }) => fingerprint));
    return from.filter(({ fingerprint }) => !known.has(fingerprint));
  };
  return {
    new: without(now, then),
    gone: without(then, now),
    worse: worseRates(old, young),
    better: worseRates(young, old).filter(({ before: later }) => later !== null),
  };
}

function differenceText(difference: Difference, paint: Paint): string {
  const findings = (title: string, list: Finding[]): string[] =>
    list.map(({ rule, unit, level, location }) => {
      const place = location === null ? '' : `  ${cleanText(location.file)}:${location.line}`;
      const name = paint.bold(cleanText(unit.name));
      return `${title}  ${paint.level(level, level)}  ${rule} in ${name}${paint.dim(place)}`;
    });
  const lines = [
    ...findings('new ', difference.new),
    ...findings('gone', difference.gone),
    ...difference.worse.map(worseText),
    ...difference.better.map(betterText),
  ];
  return lines.length === 0 ? 'Nothing is new, gone, worse or better.' : lines.join('\n');
}
