import { Bench, type Task } from 'tinybench';
import type { Trial } from './trial.ts';

/**
 * What a `*.bench.ts` file exports: `comparisons`, `figures`, `trials`, or several. It imports the package as
 * a user would (`from 'selfwake'`), so that the built code is measured and not a loader's.
 */
export interface BenchFile {
  comparisons?: readonly Comparison[];
  figures?: readonly Figure[];
  trials?: readonly Trial[];
}

/** Two ways to do the same work, measured turn about in one process; the ratio is the result. */
export interface Comparison {
  name: string;
  /** One call does `operations` operations: enough that reading the clock is lost in it. */
  subject: Side;
  baseline: Side;
  operations: number;
  /** One call takes about a second: fewer rounds, with one call each. */
  isLong?: true;
  /** At most this many times the baseline, or this many nanoseconds an operation on top of it. */
  limit?: { ratio: number } | { addedNs: number };
}

/** May be asynchronous; what it starts it also ends. */
export type Side = () => void | Promise<void>;

/** A number that is no ratio: bytes a task, operations a second. */
export interface Figure {
  name: string;
  unit: string;
  measure(): number | Promise<number>;
  limit?: number;
}

/** The median of many rounds, and an interval that holds the true median with 95 %. */
export interface Estimate {
  median: number;
  low: number;
  high: number;
}

export interface ComparisonResult {
  ratio: Estimate;
  /** Nanoseconds an operation: of the baseline, and what the subject adds. */
  baselineNs: Estimate;
  addedNs: Estimate;
}

const ROUNDS = 21;
const ROUND_MS = 40;
const LONG_ROUNDS = 9;
const FIGURE_ROUNDS = 5;

/**
 * Measures both sides in each round, and turns their order round from one to the next, so that a
 * machine that slows down slows both. Within a round the median call counts.
 */
export async function compare(comparison: Comparison): Promise<ComparisonResult> {
  await measureRound(comparison, false);
  const ratios: number[] = [];
  const added: number[] = [];
  const baselines: number[] = [];
  const rounds = comparison.isLong ? LONG_ROUNDS : ROUNDS;
  for (let round = 0; round < rounds; round++) {
    const { subject, baseline } = await measureRound(comparison, round % 2 === 1);
    ratios.push(subject / baseline);
    added.push(subject - baseline);
    baselines.push(baseline);
  }
  return { ratio: estimate(ratios), addedNs: estimate(added), baselineNs: estimate(baselines) };
}

export async function measureFigure(figure: Figure): Promise<Estimate> {
  const values: number[] = [];
  for (let round = 0; round < FIGURE_ROUNDS; round++) values.push(await figure.measure());
  return estimate(values);
}

/** Over its limit for sure: even the favourable end of the interval is above it. */
export function isOver(comparison: Comparison, result: ComparisonResult): boolean {
  const { limit } = comparison;
  if (limit === undefined) return false;
  return 'ratio' in limit ? result.ratio.low > limit.ratio : result.addedNs.low > limit.addedNs;
}

/** Nanoseconds an operation, of each side. */
async function measureRound(
  { subject, baseline, operations, isLong }: Comparison,
  subjectFirst: boolean,
): Promise<{ subject: number; baseline: number }> {
  const bench = new Bench(
    isLong
      ? { now: cpuMs, time: 0, iterations: 1, warmup: false, throws: true }
      : {
          now: cpuMs,
          time: ROUND_MS,
          iterations: 3,
          warmup: true,
          warmupTime: 10,
          warmupIterations: 1,
          throws: true,
        },
  );
  const sides: [string, Side][] = [
    ['baseline', baseline],
    ['subject', subject],
  ];
  if (subjectFirst) sides.reverse();
  for (const [name, side] of sides) bench.add(name, side);
  await bench.run();
  return {
    subject: medianNs(bench.getTask('subject')) / operations,
    baseline: medianNs(bench.getTask('baseline')) / operations,
  };
}

/** The clock of all comparisons: time that this process worked, not time that others took from it. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function medianNs(task: Task | undefined): number {
  const result = task?.result;
  if (result?.state !== 'completed') throw new Error(`A side did not complete: ${result?.state}.`);
  return result.latency.p50 * 1e6;
}

/**
 * The median, and the order statistics between which the true median lies with 95 % whatever the
 * distribution (the binomial interval, by its normal approximation; all values if there are few).
 */
export function estimate(values: readonly number[]): Estimate {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[Math.min(sorted.length - 1, Math.max(0, index))]!;
  const reach = 0.98 * Math.sqrt(sorted.length);
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    low: at(Math.floor(middle - reach)),
    high: at(Math.ceil(middle + reach)),
  };
}
