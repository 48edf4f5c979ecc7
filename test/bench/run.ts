/**
 * `npm run bench [NAME…]`: runs every `*.bench.ts` here (or those whose name holds a NAME), each
 * in a process of its own, and prints one table. Exit 1 when something is over its limit for
 * sure, or a file failed. Ratios are meant to be compared between machines; times are not.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BenchFile, compare, type Estimate, isOver, measureFigure } from './comparison.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
/** Says to a child which one file it is to measure. */
const FILE_VARIABLE = 'SELFWAKE_BENCH_FILE';

const only = process.env[FILE_VARIABLE];
process.exitCode = only === undefined ? runAll(process.argv.slice(2)) : await runFile(only);

function runAll(wanted: readonly string[]): number {
  const files = readdirSync(here)
    .filter((name) => name.endsWith('.bench.ts'))
    .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
    .sort();
  if (files.length === 0) {
    console.error(`No *.bench.ts ${wanted.length === 0 ? 'here' : `with ${wanted.join(' or ')}`}.`);
    return 2;
  }
  console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}`);
  console.log('median [interval that holds the true median with 95 %]');
  let failed = 0;
  for (const file of files) {
    const { status } = spawnSync(
      process.execPath,
      ['--expose-gc', '--import', 'tsx', fileURLToPath(import.meta.url)],
      { stdio: 'inherit', env: { ...process.env, [FILE_VARIABLE]: file } },
    );
    if (status !== 0) failed++;
  }
  console.log(
    failed === 0 ? '\nAll within their limits.' : `\n${failed} of ${files.length} files failed.`,
  );
  return failed === 0 ? 0 : 1;
}

async function runFile(file: string): Promise<number> {
  const { comparisons = [], figures = [] }: BenchFile = await import(
    pathToFileURL(`${here}${file}`).href
  );
  if (comparisons.length + figures.length === 0) {
    throw new Error(`${file} exports neither comparisons nor figures.`);
  }
  console.log(`\n${basename(file, '.bench.ts')}`);
  let over = 0;
  for (const comparison of comparisons) {
    const result = await compare(comparison);
    const isTooMuch = isOver(comparison, result);
    if (isTooMuch) over++;
    printRow(comparison.name, [
      print(result.ratio, '×'),
      print(result.addedNs, ' ns more'),
      print(result.baselineNs, ' ns/op'),
      limitText(comparison.limit, isTooMuch),
    ]);
  }
  for (const figure of figures) {
    const value = await measureFigure(figure);
    const isTooMuch = figure.limit !== undefined && value.low > figure.limit;
    if (isTooMuch) over++;
    const limit =
      figure.limit === undefined ? '' : `${isTooMuch ? 'OVER' : 'within'} ${figure.limit}`;
    printRow(figure.name, [print(value, ` ${figure.unit}`), limit]);
  }
  return over === 0 ? 0 : 1;
}

function limitText(
  limit: { ratio: number } | { addedNs: number } | undefined,
  isTooMuch: boolean,
): string {
  if (limit === undefined) return '';
  const text = 'ratio' in limit ? `${limit.ratio}×` : `${limit.addedNs} ns more`;
  return `${isTooMuch ? 'OVER' : 'within'} ${text}`;
}

function printRow(name: string, cells: readonly string[]): void {
  console.log(
    `  ${name.padEnd(44)} ${cells
      .map((cell) => cell.padEnd(30))
      .join(' ')
      .trimEnd()}`,
  );
}

function print({ median, low, high }: Estimate, unit: string): string {
  return `${digits(median)}${unit} [${digits(low)} … ${digits(high)}]`;
}

/** Three digits that mean something, and no more. */
function digits(value: number): string {
  const places = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(places);
}
