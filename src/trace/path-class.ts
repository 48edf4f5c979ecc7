/**
 * What happened to one value of a state over some samples:
 *
 * | class | values over the samples | progress? |
 * |---|---|---|
 * | same | never changed | no |
 * | recurring | no new values come any more | no |
 * | once | changed a single time, or only at first | no |
 * | counter | an even step per poll, round and round, or with no bound in sight | no |
 * | tally | counts what happens in some rounds and not in others | several that differ are |
 * | clock | moves as time does, or is a duration by its name | no |
 * | jitter | fractions or small amounts with no direction: durations | no |
 * | id | a text that differs only in its digits and letters | no |
 * | cursor | moves toward a bound that it will reach soon, or through a text | yes |
 * | size | a container drained, or filled with new things | yes |
 * | payload | anything else that changed | yes |
 */
import { type Bound, boundsOf } from './code-bounds.ts';
import {
  followsClock,
  hasConstantStep,
  hasEvenPace,
  hasOneStep,
  isJitter,
  isWithinTime,
  isWrapping,
  type Moments,
  showsTime,
} from './number-series.ts';
import type { AnyFunction } from './object-graph.ts';
import type { Scalar } from './state-digest.ts';

export type PathClass =
  | 'same'
  | 'recurring'
  | 'once'
  | 'counter'
  | 'tally'
  | 'clock'
  | 'jitter'
  | 'id'
  | 'cursor'
  | 'size'
  | 'payload';

export const isProgress = (c: string): boolean => c === 'cursor' || c === 'size' || c === 'payload';

/** Counts something, in each round or in some. */
export const isCount = (c: string): boolean => c === 'counter' || c === 'tally';

/** All paths of some samples. */
export interface SampledState {
  values: ReadonlyMap<string, readonly Scalar[]>;
  moments: Moments;
  code: ReadonlySet<AnyFunction>;
  /** Text of the loop itself, where it is none of `code`. */
  text: string;
  /** The samples lie far apart, many rounds of the loop between them: steps say nothing. */
  isSparse: boolean;
  /** Paths that were seen to come round, pass by pass. */
  recurring: ReadonlySet<string>;
  /** True when these numbers begin before a place that was reached already: it goes round. */
  hasGoneBack: (path: string, numbers: readonly number[]) => boolean;
}

/** So many objects of a structure are a way through it. */
const MIN_STEPS = 4;
/** Changes count as over when more samples than this show nothing but the last value. */
const SETTLED_SAMPLES = 4;
/** Some minutes of a fast loop: a bound that lies further off is none. */
const MAX_POLLS_TO_BOUND = 200_000_000;
/** What a duration is called, or lies in, in whole milliseconds as it may be. */
const DURATION =
  /(?:duration|elapsed|took|latency|rtt)(?:In)?(?:Ms|Millis(?:econds)?)?$|\.timings?\.[\w.]+$/i;
/** Numbers within such a range may be the states of a machine. */
const MAX_STATES = 64;

export function classify(path: string, state: SampledState): PathClass {
  return classOf(path, state.values.get(path) ?? [], state.moments, state);
}

function classOf(
  path: string,
  values: readonly Scalar[],
  moments: Moments,
  state: SampledState,
): PathClass {
  const distinct = new Set(values);
  if (distinct.size <= 1) return 'same';
  if (path.endsWith('#known')) return goesThrough(values) ? 'payload' : 'same';
  if (changesIn(values) === 1 || hasSettled(values)) return 'once';
  if (state.recurring.has(path) || hasNothingNew(values)) return 'recurring';
  const isThere = values.map((value) => value !== undefined && value !== null);
  if (isThere.includes(false)) return classOfVisitor(path, values, moments, state, isThere);
  if (values.every((v): v is number => typeof v === 'number' && Number.isFinite(v))) {
    return classOfNumbers(path, values, moments, state);
  }
  if (values.every((v): v is bigint => typeof v === 'bigint')) {
    return classOfNumbers(path, values.map(Number), moments, state);
  }
  if (values.every((v) => typeof v === 'boolean')) return 'recurring';
  if (values.every((v): v is string => typeof v === 'string')) {
    const isLong = state.values.has(`${path}#length`);
    return areOfIds(values) && !(isLong && hasManyNumbers(values)) ? 'id' : 'payload';
  }
  return 'payload';
}

/** Something that is there in some samples only: what it is when it is there. */
function classOfVisitor(
  path: string,
  values: readonly Scalar[],
  { atMs, polls }: Moments,
  state: SampledState,
  isThere: readonly boolean[],
): PathClass {
  const there = <T>(list: readonly T[]): T[] => list.filter((_, i) => isThere[i]);
  const moments = { atMs: there(atMs), polls: there(polls) };
  const is = classOf(path, there(values), moments, state);
  return is === 'same' || is === 'once' ? 'recurring' : is;
}

function classOfNumbers(
  path: string,
  numbers: readonly number[],
  moments: Moments,
  state: SampledState,
): PathClass {
  const isUp = numbers.every((n, i) => i === 0 || n >= numbers[i - 1]!);
  const isDown = numbers.every((n, i) => i === 0 || n <= numbers[i - 1]!);
  const isEven = hasConstantStep(numbers, moments) || hasEvenPace(numbers, moments);
  switch (/#(length|size|hash|time|uses|cursor)$/.exec(path)?.[1]) {
    case 'length':
    case 'size':
      if (isTextLike(path, state)) return 'counter';
      if (isDown) return 'size';
      // Over a longer time a size without a direction is one that comes and goes.
      if (!isUp) return state.isSparse ? 'recurring' : 'payload';
      return (isEven || state.isSparse) && !growsByNews(path, state) ? 'counter' : 'size';
    case 'time':
      return 'clock';
    case 'hash':
    case 'uses':
      return 'payload';
    case 'cursor':
      if (isUp && !state.hasGoneBack(path, numbers)) return 'cursor';
      break;
    default:
  }
  if (showsTime(numbers, moments) || followsClock(numbers, moments)) return 'clock';
  const isOneWay = (isUp || isDown) && !state.hasGoneBack(path, numbers);
  if (isOneWay && movesToBound(path, numbers, moments, state)) return 'cursor';
  if (isEven || isWrapping(numbers, moments)) return 'counter';
  if ((isUp || isDown) && state.isSparse) return 'counter';
  if ((isUp || isDown) && hasOneStep(numbers)) return 'tally';
  if (isWithinTime(numbers, moments) && DURATION.test(path)) return 'clock';
  if (isJitter(numbers, moments)) return 'jitter';
  // A few states that come and go: seen seldom, it cannot be seen that they come back.
  const isFew = Math.max(...numbers) - Math.min(...numbers) <= MAX_STATES;
  return state.isSparse && isFew ? 'recurring' : 'payload';
}

/** The length of a text that only counts: it grows with a number in it. */
function isTextLike(path: string, state: SampledState): boolean {
  const text = path.replace(/#length$/, '');
  return typeof state.values.get(text)?.[0] === 'string' && !isProgress(classify(text, state));
}

/** From one object that was there before to the next, never back; the first two cannot be known. */
function goesThrough(numbers: readonly Scalar[]): boolean {
  const known = numbers.filter((n) => typeof n === 'number' && n > 0);
  return known.length * 2 > numbers.length - 2 && new Set(known).size >= MIN_STEPS;
}

/** A text without its digits and hex letters: two ids of one make have the same skeleton. A long run of them is a hash. */
function skeleton(value: Scalar): string {
  return String(value).replace(/[0-9a-f]{1,39}(?![0-9a-f])/gi, '0');
}

/** Long enough to be drawn by lot, and too short to be data. */
const LOT = /(?<![\w+/-])[\w+/-]{16,64}={0,2}(?![\w+/=-])/g;

/** The texts differ in ids only: in digits, or in words of which most are random. */
function areOfIds(texts: readonly string[]): boolean {
  if (new Set(texts.map(skeleton)).size === 1) return true;
  if (new Set(texts.map((text) => text.replace(LOT, '0'))).size > 1) return false;
  const words = texts.flatMap((text) => text.match(LOT) ?? []);
  return words.filter(isRandom).length * 4 >= words.length * 3;
}

/** In a long text: an id and a time or two are its stamp, more are what it says. */
const STAMP_NUMBERS = 3;

function hasManyNumbers(texts: readonly string[]): boolean {
  const numbers = texts.map((text) => text.match(/(?<![\da-z])\d+(?![\da-z])/gi) ?? []);
  const [first = []] = numbers;
  const differing = first.filter((number, at) => numbers.some((all) => all[at] !== number));
  return differing.length > STAMP_NUMBERS;
}

/** Random letters change between large, small and digits all the time, as words do not. */
const LEAST_CHANGES = 0.3;

/** A nanoid, a ULID, sixteen bytes in Base64. */
function isRandom(word: string): boolean {
  if (!/\d/.test(word) || !/[g-z]/i.test(word)) return false;
  const changes = word.match(/[a-z](?=[A-Z\d])|[A-Z](?=[a-z\d])|\d(?=[a-zA-Z])/g)?.length ?? 0;
  return changes >= LEAST_CHANGES * word.length;
}

function changesIn(values: readonly Scalar[]): number {
  return values.filter((value, i) => i > 0 && value !== values[i - 1]).length;
}

/** Changed at first; the later half of the samples, and some at least, are alike. */
function hasSettled(values: readonly Scalar[]): boolean {
  const later = values.slice(Math.floor(values.length / 2));
  return later.length > SETTLED_SAMPLES && changesIn(later) === 0;
}

/** Of values in a row: they come round in the same order, twice and a half at least. */
export function isPeriodic(values: readonly Scalar[]): boolean {
  for (let period = 2; period * 2.5 <= values.length; period++) {
    if (values.every((value, i) => i < period || value === values[i - period])) return true;
  }
  return false;
}

/** Next to none of the values in the later half is new. */
function hasNothingNew(values: readonly Scalar[]): boolean {
  const half = Math.floor(values.length / 2);
  const seen = new Set(values.slice(0, half));
  let news = 0;
  for (const value of values.slice(half)) {
    if (seen.has(value)) continue;
    seen.add(value);
    news += 1;
  }
  return news <= Math.floor((values.length - half) / 10);
}

/** The newest element; in a short list each that was not there at first has been the newest. */
function isAtEnd(path: string, container: string, values: readonly Scalar[]): boolean {
  if (path.startsWith(`${container}.[-1]`) || path.startsWith(`${container}.<-1>`)) return true;
  return values[0] === undefined && /^\.(?:\[\d|<(?!#))/.test(path.slice(container.length));
}

/** What comes into a growing container is new each time, and not one more of the same. */
function growsByNews(path: string, state: SampledState): boolean {
  const container = path.replace(/#\w+$/, '');
  /** Values of the elements that came one by one into a short list. */
  const elements = new Set<Scalar>();
  for (const [other, values] of state.values) {
    const isNewest = isAtEnd(other, container, values);
    if (!isNewest) continue;
    const [first, ...later] = new Set(values.filter((value) => value !== undefined));
    if (later.length === 0 && values[0] === undefined) elements.add(first);
    else if (isProgress(classify(other, state))) return true;
  }
  return new Set([...elements].map(skeleton)).size > 1;
}

export function movesToBound(
  path: string,
  numbers: readonly number[],
  { polls }: Moments,
  state: SampledState,
): boolean {
  const last = numbers.at(-1)!;
  const step = (last - numbers[0]!) / Math.max(polls.at(-1)! - polls[0]!, 1);
  const isAhead = (bound: number): boolean => {
    const left = (bound - last) / step;
    return left > 0 && left <= MAX_POLLS_TO_BOUND;
  };
  if (step < 0 && isAhead(0)) return true;
  const name = lastName(path);
  return boundsOf(name, state.code, state.text).some((bound) => {
    if (bound.kind === 'unknown') return true;
    if (bound.kind === 'literal') return isAhead(bound.value);
    if (bound.name === name) return false;
    return valuesNamed(bound, state).some(isAhead);
  });
}

function lastName(path: string): string {
  return /(?:^|\.)([^.]*)$/.exec(path)?.[1] ?? path;
}

/** Numbers of that name that never changed. */
function valuesNamed({ name, owner }: Bound & { kind: 'name' }, state: SampledState): number[] {
  const isSize = name === 'length' || name === 'size' || name === 'byteLength';
  const ends = isSize && owner !== null ? `.${owner}#` : `.${name}`;
  const found: number[] = [];
  for (const [path, values] of state.values) {
    const isNamed = isSize
      ? /#(?:length|size)$/.test(path) && path.replace(/#\w+$/, '#').endsWith(ends)
      : path.endsWith(ends);
    const [first] = values;
    const isFixed = isNamed && values.every((value) => value === first);
    if (isFixed && typeof first === 'number') found.push(first);
  }
  return found;
}
