/** `selfwake baseline RECORDING…`: the rates and findings of runs that are taken as they are. */
import type { Command } from 'commander';
import { judge } from '../analysis/judge.ts';
import type { Baseline } from './baseline-file.ts';
import { ratesOf } from './baseline-file.ts';
import type { Outcome } from './outcome.ts';
import { recordingFrom } from './input-file.ts';
import { writeWhole } from './report-files.ts';
import { outputScreen } from './screen.ts';

const FILE = 'selfwake.baseline.json';

export function addBaselineCommand(program: Command, done: (outcome: Outcome) => void): void {
  program
    .command('baseline')
    .description(
      'keep the rates of each future type and the findings of these runs; later ones with ' +
        '--baseline fail on what is new, or worse beyond noise',
    )
    .argument('<RECORDING...>', 'what `selfwake run --record` has kept; several tell more than one')
    .option('-o, --output <FILE>', 'where to', FILE)
    .showHelpAfterError('Run `selfwake baseline --help` for the options.')
    .action(async (files: string[], { output }: { output: string }) => {
      const recordings = [];
      for (const file of files) recordings.push(await recordingFrom(file));
      const findings = recordings.flatMap((recording) => judge(recording).findings);
      const baseline: Baseline = {
        schemaVersion: 1,
        runs: recordings.length,
        findings: [...new Set(findings.map(({ fingerprint }) => fingerprint))].sort(),
        units: sorted(ratesOf(recordings)),
      };
      await writeWhole(output, `${JSON.stringify(baseline, null, 2)}\n`);
      const units = Object.keys(baseline.units).length;
      outputScreen().write(
        `${output}: ${units} units and ${baseline.findings.length} findings of ${files.length} runs\n`,
      );
      done({ exitCode: 0, signal: null });
    });
}

/** In one order, so that a change of the file shows what changed. */
function sorted(units: Baseline['units']): Baseline['units'] {
  const entries = Object.entries(units).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}
