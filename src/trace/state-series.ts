/**
 * Tells a loop that makes no progress from a busy one by what happened to its state: each
 * path's values over the samples are given a class (`path-class.ts`), and the classes a
 * verdict.
 */
import type { StateComparison } from '../model/recording.ts';
import { classesOfMembers, fieldOf } from './member-changes.ts';
import { classify, isCount, isProgress, type PathClass, type SampledState } from './path-class.ts';
import { type Digest, OPAQUE, type Scalar } from './state-digest.ts';

/** Fewer samples of one group than this say nothing. */
const MIN_SAMPLES = 4;
/** Names of what moved that are kept. */
const MAX_MOVED = 8;

export interface CompareOptions {
  /**
   * The samples are of several parties: what is counted in the items that they hand to each
   * other is news to who takes them. Items that hold a waker are waiters, and no news.
   */
  isExchange?: boolean;
  /** Text of the loop itself, where no function that was met is: what it compares is a bound. */
  text?: string;
  /** Samples of one group that say something; fewer than four tell a counter hardly from others. */
  minSamples?: number;
  /** The samples lie far apart, many rounds of the loop between them: steps say nothing. */
  isSparse?: boolean;
  /** Whatever changed counts, whoever did it. */
  isAnyDoing?: boolean;
  /** See {@link SampledState.hasGoneBack}. */
  hasGoneBack?: SampledState['hasGoneBack'];
  /** See {@link SampledState.recurring}. */
  recurring?: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** An element of a container, or something in one: group 1 is the element. */
const ELEMENT = /^(.*\.(?:\[-?\d+\]|<[^>]*>))(?:$|[.#])/;

function sampledState(
  digests: readonly Digest[],
  { text = '', isSparse = false, hasGoneBack = () => false, recurring = NONE }: CompareOptions,
): SampledState {
  const values = new Map<string, Scalar[]>();
  for (const digest of digests) for (const path of digest.values.keys()) values.set(path, []);
  for (const [path, series] of values) {
    for (const digest of digests) series.push(digest.values.get(path));
  }
  return {
    values,
    moments: { atMs: digests.map((d) => d.atMs), polls: digests.map((d) => d.poll) },
    code: digests.at(-1)?.code ?? new Set(),
    text,
    isSparse,
    hasGoneBack,
    recurring,
  };
}

/** True unless the polls were bracketed and every one of them left the path as it found it. */
function isOwnDoing(
  path: string,
  digests: readonly Digest[],
  { isAnyDoing = false }: CompareOptions,
): boolean {
  return (
    isAnyDoing ||
    digests.some(
      ({ before, values }) => before === undefined || before.get(path) !== values.get(path),
    )
  );
}

function classesOf(digests: readonly Digest[], options: CompareOptions): Map<string, PathClass> {
  const { isExchange = false } = options;
  const state = sampledState(digests, options);
  const ofMembers = classesOfMembers(digests, state);
  const classes = new Map<string, PathClass>();
  for (const path of state.values.keys()) {
    if (ofMembers.has(fieldOf(path)) || !isOwnDoing(path, digests, options)) continue;
    const is = classify(path, state);
    if (is === 'same' || (is === 'payload' && isJudgedWithSize(path, state))) continue;
    const isNews = isCount(is) && isExchange && isHandedOver(path, state);
    classes.set(path, isNews ? 'payload' : is);
  }
  return new Map([...classes, ...ofMembers]);
}

/** The ends of a container slide while it grows or shrinks: they are judged with its size. */
function isJudgedWithSize(path: string, state: SampledState): boolean {
  const element = ELEMENT.exec(path)?.[1];
  if (element === undefined) return false;
  const container = element.replace(/\.(?:\[-?\d+\]|<[^>]*>)$/, '');
  return [`${container}#length`, `${container}#size`].some((size) => {
    const is = state.values.has(size) ? classify(size, state) : 'same';
    return is === 'size' || isCount(is);
  });
}

function isHandedOver(path: string, { values }: SampledState): boolean {
  const element = ELEMENT.exec(path)?.[1];
  if (element === undefined) return false;
  for (const [other, series] of values) {
    if (other.startsWith(element) && series.includes(OPAQUE)) return false;
  }
  return true;
}

export interface GroupVerdict {
  verdict: 'same' | 'recurring' | 'counters' | 'progress';
  samples: number;
  classes: Map<string, PathClass>;
}

function judgeGroup(digests: readonly Digest[], options: CompareOptions): GroupVerdict {
  const classes = classesOf(digests, options);
  const kinds = [...classes.values()];
  const isWorking = kinds.some(isProgress) || tellsApart(classes, digests);
  const verdict = isWorking
    ? 'progress'
    : kinds.some((k) => k !== 'recurring' && k !== 'once')
      ? 'counters'
      : kinds.length > 0
        ? 'recurring'
        : 'same';
  return { verdict, samples: digests.length, classes };
}

/**
 * Things that are counted in different rounds: what the loop meets is not the same each time,
 * whatever it is. A word in a text, a class of measurements.
 */
function tellsApart(classes: ReadonlyMap<string, PathClass>, digests: readonly Digest[]): boolean {
  const patterns = new Set<string>();
  for (const [path, is] of classes) {
    if (is !== 'tally') continue;
    const values = digests.map((digest) => digest.values.get(path));
    patterns.add(values.map((value, i) => (value === values[i - 1] ? '=' : '+')).join(''));
  }
  return patterns.size > 1;
}

const STRENGTH = { same: 0, recurring: 1, counters: 2, progress: 3 } as const;

/**
 * Compares samples. Those of one group were taken within one streak and are compared with
 * each other; the groups then vote: progress in half of them or more is progress.
 */
export function compareStates(
  digests: readonly Digest[],
  options: CompareOptions = {},
): StateComparison {
  const { hasDissent: _, ...comparison } = judgeStates(digests, options);
  return comparison;
}

export interface JudgedStates extends StateComparison {
  /** Some group showed progress, and was outvoted. */
  hasDissent: boolean;
}

/** Each group of samples that is large enough, by itself. */
export function judgedGroups(
  digests: readonly Digest[],
  options: CompareOptions = {},
): GroupVerdict[] {
  const groups = new Map<number, Digest[]>();
  for (const digest of digests) {
    const group = groups.get(digest.group);
    if (group) group.push(digest);
    else groups.set(digest.group, [digest]);
  }
  return [...groups.values()]
    .filter((group) => group.length >= (options.minSamples ?? MIN_SAMPLES))
    .map((group) => judgeGroup(group, options));
}

/**
 * What is counted, or shows the time, within each group of samples: seen from far apart, a count
 * that begins anew at its end looks like anything.
 */
export function countedIn(groups: readonly GroupVerdict[]): Set<string> {
  const counted = new Set<string>();
  const other = new Set<string>();
  for (const { classes } of groups) {
    for (const [path, is] of classes) {
      if (isCount(is) || is === 'clock') counted.add(path);
      else other.add(path);
    }
  }
  return new Set([...counted].filter((path) => !other.has(path)));
}

/** The same, and whether the groups agree. */
export function judgeStates(
  digests: readonly Digest[],
  options: CompareOptions = {},
  judged: readonly GroupVerdict[] = judgedGroups(digests, options),
): JudgedStates {
  const samples = judged.reduce((sum, g) => sum + g.samples, 0);
  if (judged.length === 0) {
    const samples = digests.length;
    return { verdict: 'unseen', samples, isComplete: false, moved: [], hasDissent: false };
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
    hasDissent: working.length > 0 && !isWorking,
  };
}
