/**
 * `npm run bench [NAME…]`: runs every `*.bench.ts` here (or those whose name holds a NAME), each
 * entry in a process of its own, so that what the optimizer learned of one does not weigh on the
 * next, and ends with one table of everything. Exit 1 when something is over
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
  type Figure,
  isOver,
  measureFigure,
} from './comparison.ts';
import { fallsShort, type Trial, type TrialResult, tryOut } from './trial.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
/** Says to a child which file it is to measure, and which of its entries. */
const FILE_VARIABLE = 'SELFWAKE_BENCH_FILE';
const ENTRY_VARIABLE = 'SELFWAKE_BENCH_ENTRY';

/** One line of the last table, sent by a child. */
interface Row {
  name: string;
  value: string;
  limit: string;
  isOver: boolean;
}

const only = process.env[FILE_VARIABLE];
process.exitCode =
  only === undefined
    ? await runAll(process.argv.slice(2))
    : await runEntry(only, Number(process.env[ENTRY_VARIABLE]));

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
    console.log(`\n${basename(file, '.bench.ts')}`);
    const entries = (await entriesOf(file)).map(({ name }) => name);
    for (const [entry, name] of entries.entries()) {
      if (!(await measured(file, entry, rows))) broken.push(name);
    }
  }
  return summary(rows, broken);
}

async function measured(file: string, entry: number, rows: Row[]): Promise<boolean> {
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', fileURLToPath(import.meta.url)],
    {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, [FILE_VARIABLE]: file, [ENTRY_VARIABLE]: String(entry) },
    },
  );
  child.on('message', (row: Row) => rows.push(row));
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0;
}

async function entriesOf(file: string): Promise<(Comparison | Figure | Trial)[]> {
  const {
    comparisons = [],
    figures = [],
    trials = [],
  }: BenchFile = await import(pathToFileURL(`${here}${file}`).href);
  const entries = [...comparisons, ...figures, ...trials];
  if (entries.length === 0) throw new Error(`${file} exports no comparisons, figures or trials.`);
  return entries;
}

function summary(rows: readonly Row[], broken: readonly string[]): number {
  console.log('\nsummary');
  for (const { name, value, limit, isOver: isTooMuch } of rows) {
    const verdict = limit === '' ? 'figure' : `${isTooMuch ? 'OVER' : 'within'} ${limit}`;
    printRow(name, [value, verdict]);
  }
  const over = rows.filter((row) => row.isOver).length;
  for (const name of broken) printRow(name, ['failed']);
  if (over > 0) console.log(`\n${over} over the limit for sure.`);
  if (over + broken.length > 0) return 1;
  console.log('\nAll within their limits.');
  return 0;
}

async function runEntry(file: string, entry: number): Promise<number> {
  const found = (await entriesOf(file))[entry];
  if (found === undefined) throw new Error(`${file} has no entry ${entry}.`);
  if ('rows' in found) {
    for (const result of await tryOut(found)) await send(tried(result));
  } else {
    await send('subject' in found ? await compared(found) : await figured(found));
  }
  process.disconnect?.();
  return 0;
}

async function compared(comparison: Comparison): Promise<Row> {
  const result = await compare(comparison);
  printRow(comparison.name, [
    print(result.ratio, '×'),
    print(result.addedNs, ' ns more'),
    print(result.baselineNs, ' ns/op'),
  ]);
  return { name: comparison.name, ...judged(comparison, result) };
}

async function figured({ name, unit, limit, measure }: Figure): Promise<Row> {
  const estimate = await measureFigure({ name, unit, measure });
  const value = print(estimate, ` ${unit}`);
  printRow(name, [value]);
  return {
    name,
    value,
    limit: limit === undefined ? '' : `${limit} ${unit}`,
    isOver: limit !== undefined && estimate.low > limit,
  };
}

function tried(result: TrialResult): Row {
  const { row, estimate } = result;
  const unit = 'ratio' in row.as ? '×' : ` ${row.as.more} more`;
  const value = print(estimate, unit);
  printRow(row.name, [value]);
  const { limit } = row;
  const bound = limit && ('atLeast' in limit ? `≥ ${limit.atLeast}` : `≤ ${limit.atMost}`);
  return {
    name: row.name,
    value,
    limit: bound === undefined ? '' : `${bound}${unit}`,
    isOver: fallsShort(result),
  };
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
