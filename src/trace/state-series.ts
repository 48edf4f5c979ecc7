/**
 * Tells a loop that makes no progress from a busy one by what happened to its state:
 * each path's values over the samples are given a class, and the classes a verdict.
 *
 * | class | values over the samples | progress? |
 * |---|---|---|
 * | same | never changed | no |
 * | recurring | came back to earlier values | no |
 * | once | changed a single time and then stayed | no |
 * | counter | a constant step per poll, with no bound in sight | no |
 * | clock | moves as time does | no |
 * | jitter | fractions or small amounts with no direction: durations | no |
 * | id | a text that differs only in its digits and letters | no |
 * | cursor | moves toward a bound that it will reach soon | yes |
 * | size | a container drained, or filled with new things | yes |
 * | payload | anything else that changed | yes |
 */
import type { StateComparison } from '../model/recording.ts';
import type { Digest, Scalar } from './state-digest.ts';

export type PathClass =
  | 'same'
  | 'recurring'
  | 'once'
  | 'counter'
  | 'clock'
  | 'jitter'
  | 'id'
  | 'cursor'
  | 'size'
  | 'payload';

/** Fewer samples of one group than this say nothing. */
const MIN_SAMPLES = 4;
/** A single change counts as over when this many samples since show the new value. */
const SETTLED_SAMPLES = 4;
/**
 * A cursor counts as one when it reaches its bound within this many polls at its present
 * step: some seconds of a fast loop. A loop whose bound lies further off is reported late
 * or not at all by nobody else either; a constant that is no bound is soon passed.
 */
const MAX_POLLS_TO_BOUND = 10_000_000;
/** Names of what moved that are kept. */
const MAX_MOVED = 8;

const isProgress = (c: PathClass): boolean => c === 'cursor' || c === 'size' || c === 'payload';

interface Series {
  path: string;
  values: Scalar[];
  digests: readonly Digest[];
}

function parentOf(path: string): string {
  return path.replace(/(?:\.[^.#]*|#\w+)$/, '');
}

/** Numbers beside `path`, or sizes just below its parent, that never changed: its possible bounds. */
function boundsFor(path: string, all: ReadonlyMap<string, Scalar[]>): number[] {
  const parent = parentOf(path);
  const bounds: number[] = [];
  for (const [other, values] of all) {
    if (other === path || !other.startsWith(parent)) continue;
    const rest = other.slice(parent.length);
    const isNear = /^\.[^.#]*(?:#(?:length|size))?$/.test(rest) || /^#(?:length|size)$/.test(rest);
    const first = values[0];
    if (isNear && typeof first === 'number' && values.every((v) => v === first)) bounds.push(first);
  }
  return bounds;
}

function reachesBound(
  series: Series,
  numbers: number[],
  all: ReadonlyMap<string, Scalar[]>,
): boolean {
  const last = numbers.at(-1)!;
  const polls = series.digests.at(-1)!.poll - series.digests[0]!.poll;
  const step = (last - numbers[0]!) / Math.max(polls, 1);
  if (step === 0) return false;
  const candidates = boundsFor(series.path, all);
  if (step < 0) candidates.push(0);
  return candidates.some((bound) => {
    const left = (bound - last) / step;
    return left > 0 && left <= MAX_POLLS_TO_BOUND;
  });
}

/** Moves with the clock: the value's change is the elapsed time in some unit. */
function followsClock(series: Series, numbers: number[]): boolean {
  const elapsed = series.digests.at(-1)!.atMs - series.digests[0]!.atMs;
  const moved = numbers.at(-1)! - numbers[0]!;
  if (elapsed <= 0) return false;
  return [1, 1e-3, 1e3, 1e6].some((unit) => {
    const expected = elapsed * unit;
    const slack = Math.max(expected * 0.05, 2 * unit, unit === 1e-3 ? 1 : 0);
    return moved >= 1 && Math.abs(moved - expected) <= slack;
  });
}

function hasConstantStep(series: Series, numbers: number[]): boolean {
  const steps: number[] = [];
  for (let i = 1; i < numbers.length; i++) {
    const polls = series.digests[i]!.poll - series.digests[i - 1]!.poll;
    if (polls <= 0) continue;
    steps.push((numbers[i]! - numbers[i - 1]!) / polls);
  }
  if (steps.length === 0) return false;
  const first = steps[0]!;
  return steps.every((s) => Math.abs(s - first) <= Math.max(Math.abs(first) * 0.02, 1e-9));
}

/** The last elements of a growing container say nothing new. */
function growsByTheSame(path: string, all: ReadonlyMap<string, Scalar[]>): boolean {
  const container = path.replace(/#\w+$/, '');
  let looked = 0;
  for (const [other, values] of all) {
    if (!other.startsWith(`${container}.[-`)) continue;
    looked++;
    const known = values.filter((v) => v !== undefined);
    const text = known.map((v) => skeleton(v));
    if (new Set(text).size > 1) return false;
  }
  return looked > 0;
}

/** A text without its digits and hex letters: two ids of one make have the same skeleton. */
function skeleton(value: Scalar): string {
  if (typeof value === 'number' || typeof value === 'bigint') return 'n';
  return typeof value === 'string' ? value.replace(/[0-9a-f]+/gi, '0') : String(value);
}

function classifyNumbers(
  series: Series,
  numbers: number[],
  all: ReadonlyMap<string, Scalar[]>,
): PathClass {
  const steps = numbers.slice(1).map((n, i) => n - numbers[i]!);
  const isUp = steps.every((s) => s >= 0);
  const isDown = steps.every((s) => s <= 0);
  const isSize = /#(?:length|size)$/.test(series.path);
  if (isSize) {
    if (isDown) return 'size';
    if (isUp) {
      const isBarren = hasConstantStep(series, numbers) && growsByTheSame(series.path, all);
      return isBarren ? 'counter' : 'size';
    }
    return 'payload';
  }
  if (series.path.endsWith('#time')) return 'clock';
  if (isUp || isDown) {
    if (isUp && followsClock(series, numbers)) return 'clock';
    if (reachesBound(series, numbers, all)) return 'cursor';
    if (hasConstantStep(series, numbers)) return 'counter';
  }
  return isJitter(series, numbers, isUp) ? 'jitter' : 'payload';
}

/** Fractions that are no larger than the time that passed, or lie between 0 and 1: durations, random numbers. */
function isJitter(series: Series, numbers: number[], isSum: boolean): boolean {
  if (numbers.every((n) => Number.isInteger(n)) || numbers.some((n) => n < 0)) return false;
  if (numbers.every((n) => n <= 1)) return true;
  const elapsed = series.digests.at(-1)!.atMs - series.digests[0]!.atMs;
  if (isSum) return numbers.at(-1)! - numbers[0]! <= elapsed * 1.05;
  return Math.max(...numbers) <= elapsed;
}

function classify(series: Series, all: ReadonlyMap<string, Scalar[]>): PathClass {
  const { values } = series;
  const distinct = new Set(values);
  if (distinct.size === 1) return 'same';
  if (distinct.size === 2 && isSettled(values)) return 'once';
  if (distinct.size <= values.length * 0.8 && cameBack(values)) return 'recurring';
  if (values.every((v): v is number => typeof v === 'number' && Number.isFinite(v))) {
    if (series.path.endsWith('#hash')) return 'payload';
    return classifyNumbers(series, values, all);
  }
  if (values.every((v): v is bigint => typeof v === 'bigint')) {
    return classifyNumbers(series, values.map(Number), all);
  }
  if (values.every((v) => typeof v === 'string')) {
    return new Set(values.map(skeleton)).size === 1 ? 'id' : 'payload';
  }
  return values.some((v) => v === undefined) ? 'recurring' : 'payload';
}

function isSettled(values: readonly Scalar[]): boolean {
  const changes = values.filter((v, i) => i > 0 && v !== values[i - 1]).length;
  return changes === 1 && values.length - values.lastIndexOf(values[0]) > SETTLED_SAMPLES;
}

function cameBack(values: readonly Scalar[]): boolean {
  const last = new Map<Scalar, number>();
  for (let i = 0; i < values.length; i++) {
    const before = last.get(values[i]);
    if (before !== undefined && before < i - 1) return true;
    last.set(values[i], i);
  }
  return false;
}

/** The last elements of containers slide when one grows: they are judged with its size. */
const isContainerEnd = (path: string): boolean => /\.(?:\[-?\d+\]|<\d+>)(?:$|[.#])/.test(path);

function classesOf(digests: readonly Digest[]): Map<string, PathClass> {
  const paths = new Set<string>();
  for (const digest of digests) for (const path of digest.values.keys()) paths.add(path);
  const all = new Map<string, Scalar[]>();
  for (const path of paths)
    all.set(
      path,
      digests.map((d) => d.values.get(path)),
    );
  const classes = new Map<string, PathClass>();
  for (const [path, values] of all) {
    const is = classify({ path, values, digests }, all);
    if (is === 'same') continue;
    const isSliding = is === 'payload' && isContainerEnd(path) && isJudgedWithSize(path, all);
    if (!isSliding) classes.set(path, is);
  }
  return classes;
}

function isJudgedWithSize(path: string, all: ReadonlyMap<string, Scalar[]>): boolean {
  const container = path.replace(/\.(?:\[-?\d+\]|<\d+>)(?:[.#].*)?$/, '');
  const sizes = all.get(`${container}#length`) ?? all.get(`${container}#size`);
  return sizes !== undefined && new Set(sizes).size > 1;
}

interface GroupVerdict {
  verdict: 'same' | 'recurring' | 'counters' | 'progress';
  samples: number;
  classes: Map<string, PathClass>;
}

function judgeGroup(digests: readonly Digest[]): GroupVerdict {
  const classes = classesOf(digests);
  const kinds = [...classes.values()];
  const verdict = kinds.some(isProgress)
    ? 'progress'
    : kinds.some((k) => k !== 'recurring' && k !== 'once')
      ? 'counters'
      : kinds.length > 0
        ? 'recurring'
        : 'same';
  return { verdict, samples: digests.length, classes };
}

const STRENGTH = { same: 0, recurring: 1, counters: 2, progress: 3 } as const;

/**
 * Compares samples. Those of one group were taken within one streak and are compared with
 * each other; the groups then vote: progress in half of them or more is progress.
 */
export function compareStates(digests: readonly Digest[]): StateComparison {
  const groups = new Map<number, Digest[]>();
  for (const digest of digests) {
    const group = groups.get(digest.group);
    if (group) group.push(digest);
    else groups.set(digest.group, [digest]);
  }
  const judged = [...groups.values()].filter((g) => g.length >= MIN_SAMPLES).map(judgeGroup);
  const samples = judged.reduce((sum, g) => sum + g.samples, 0);
  if (judged.length === 0) {
    return { verdict: 'unseen', samples: digests.length, isComplete: false, moved: [] };
  }
  const working = judged.filter((g) => g.verdict === 'progress');
  const isWorking = working.length * 2 >= judged.length && working.length > 0;
  const kept = isWorking ? working : judged.filter((g) => g.verdict !== 'progress');
  const worst = kept.reduce((a, b) => (STRENGTH[b.verdict] > STRENGTH[a.verdict] ? b : a));
  const moved = [...worst.classes]
    .sort((a, b) => Number(isProgress(b[1])) - Number(isProgress(a[1])))
    .slice(0, MAX_MOVED)
    .map(([path, as]) => ({ path, as }));
  return {
    verdict: worst.verdict,
    samples,
    isComplete: digests.every((d) => d.isComplete),
    moved,
  };
}
