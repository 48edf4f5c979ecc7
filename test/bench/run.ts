/**
 * `npm run bench [NAME…]`: runs every `*.bench.ts` here (or those whose name holds a NAME), each
 * in a process of its own, and ends with one table of everything. Exit 1 when something is over
 * its limit for sure, or a file failed; 2 when there is nothing to run. Times are those of the
 * process's own work (CPU time). Ratios are meant to be compared between machines; times are not.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type BenchFile,
  type Comparison,
  type ComparisonResult,
  compare,
  type Estimate,
  isOver,
  measureFigure,
} from './comparison.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
/** Says to a child which one file it is to measure. */
const FILE_VARIABLE = 'SELFWAKE_BENCH_FILE';

/** One line of the last table, sent by a child. */
interface Row {
  name: string;
  value: string;
  limit: string;
  isOver: boolean;
}

const only = process.env[FILE_VARIABLE];
process.exitCode = only === undefined ? await runAll(process.argv.slice(2)) : await runFile(only);

async function runAll(wanted: readonly string[]): Promise<number> {
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
  const rows: Row[] = [];
  const broken: string[] = [];
  for (const file of files) {
    const child = spawn(
      process.execPath,
      ['--expose-gc', '--import', 'tsx', fileURLToPath(import.meta.url)],
      {
        stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
        env: { ...process.env, [FILE_VARIABLE]: file },
      },
    );
    child.on('message', (row: Row) => rows.push(row));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) broken.push(file);
  }
  return summary(rows, broken);
}

function summary(rows: readonly Row[], broken: readonly string[]): number {
  console.log('\nsummary');
  for (const { name, value, limit, isOver: isTooMuch } of rows) {
    const verdict = limit === '' ? 'figure' : `${isTooMuch ? 'OVER' : 'within'} ${limit}`;
    printRow(name, [value, verdict]);
  }
  const over = rows.filter((row) => row.isOver).length;
  for (const file of broken) console.log(`  ${file} failed`);
  if (over > 0) console.log(`\n${over} over the limit for sure.`);
  if (over + broken.length > 0) return 1;
  console.log('\nAll within their limits.');
  return 0;
}

async function runFile(file: string): Promise<number> {
  const { comparisons = [], figures = [] }: BenchFile = await import(
    pathToFileURL(`${here}${file}`).href
  );
  if (comparisons.length + figures.length === 0) {
    throw new Error(`${file} exports neither comparisons nor figures.`);
  }
  console.log(`\n${basename(file, '.bench.ts')}`);
  for (const comparison of comparisons) {
    const result = await compare(comparison);
    const { name } = comparison;
    printRow(name, [
      print(result.ratio, '×'),
      print(result.addedNs, ' ns more'),
      print(result.baselineNs, ' ns/op'),
    ]);
    await send({ name, ...judged(comparison, result) });
  }
  for (const figure of figures) {
    const estimate = await measureFigure(figure);
    const value = print(estimate, ` ${figure.unit}`);
    const { name, limit } = figure;
    printRow(name, [value]);
    await send({
      name,
      value,
      limit: limit === undefined ? '' : `${limit} ${figure.unit}`,
      isOver: limit !== undefined && estimate.low > limit,
    });
  }
  process.disconnect?.();
  return 0;
}

function send(row: Row): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(row, () => resolve());
    else resolve();
  });
}

/** What the limit is about, else the ratio. */
function judged(comparison: Comparison, result: ComparisonResult): Omit<Row, 'name'> {
  const { limit } = comparison;
  const isAdded = limit !== undefined && 'addedNs' in limit;
  return {
    value: isAdded ? print(result.addedNs, ' ns more') : print(result.ratio, '×'),
    limit: limit === undefined ? '' : isAdded ? `${limit.addedNs} ns more` : `${limit.ratio}×`,
    isOver: isOver(comparison, result),
  };
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
