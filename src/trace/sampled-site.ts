/**
 * One place of a loop, as it is sampled: which instance to follow, which passes to look at,
 * and what the samples say together.
 *
 * Many copies of one function may pass the place, each with a state of its own. The loop is
 * the one that comes by again and again, where the others come by when they are woken, and
 * all of them once that were woken while the thread stood still. So passes are first only
 * counted, by receiver, and the first one that goes round is followed.
 */
import { BoundedHidden } from './bounded-hidden.ts';
import type { HiddenReader } from './hidden-state.ts';
import { KnownObjects } from './known-objects.ts';
import { endsInTime } from './own-end.ts';
import type { AnyFunction } from './object-graph.ts';
import { isPeriodic, isProgress } from './path-class.ts';
import { type Digest, type DigestBounds, type DigestOptions, takeDigest } from './state-digest.ts';
import { countedIn, judgedGroups, type JudgedStates, judgeStates } from './state-series.ts';

/** Samples in one burst, and how many of them are of passes in a row; then the gaps double. */
const SAMPLES = 9;
const IN_A_ROW = 5;
/** Of passes in a row that are to show whether what moves comes round: so many, and at least. */
const ROW = 64;
const SHORTEST_ROW = 20;
const DIGEST_BOUNDS = { maxValues: 300, maxDepth: 6, maxFunctions: 24, maxFunctionDepth: 4 };
/**
 * Looks at what JavaScript cannot reach, in one sample: each costs a tenth of a
 * millisecond or more. So most samples do without; some at the burst's begin, in it and at its end
 * look deep, into what the loop's callees close over too.
 */
const HIDDEN_LOOKS = 40;
const DEEP_SAMPLES: ReadonlySet<number> = new Set([0, 2, 4, 7]);
/**
 * Where nothing was seen to work so far, some samples look as far as there is anything: some
 * tens of milliseconds each in a large program, which only one that seems to spin must bear.
 */
const THOROUGH_BOUNDS: DigestBounds = {
  maxValues: 3000,
  maxDepth: 16,
  maxFunctions: 200,
  maxFunctionDepth: 12,
};
const THOROUGH_LOOKS = 500;
const THOROUGH_SAMPLES: ReadonlySet<number> = new Set([0, 2, 4]);
/** A receiver that has passed so often goes round. */
const ROUNDS = 3;
/** Where none does among so many passes, they are made anew each time, and taken for one. */
const MOST_PASSES = 200;

export class SampledSite {
  passes = 0;
  /** Samples of this burst. */
  taken = 0;
  readonly #counts = new Map<unknown, number>();
  #counted = 0;
  /** The receiver that is followed; this object itself for all of them. */
  #followed: unknown = this;
  #inBurst = 0;
  #nextAt = 1;
  readonly #known = new KnownObjects();
  readonly #shallow: Digest[] = [];
  readonly #deep: Digest[] = [];
  readonly #thorough: Digest[] = [];
  readonly #row: Digest[] = [];
  #isInRow = false;
  /** Time that is left for looking thoroughly; null for a burst that does not. */
  #thoroughTime: { leftMs: number } | null = null;
  /** Something at hand cannot be read, or is too large for it, and may be what moves. */
  #isBlind = false;

  get isFull(): boolean {
    return this.taken >= (this.#isInRow ? ROW : SAMPLES);
  }

  get hasRow(): boolean {
    return this.taken >= (this.#isInRow ? ROW : IN_A_ROW);
  }

  /** Counts a pass by `self`, and takes no sample; true once it is known whom to follow. */
  scout(self: unknown): boolean {
    const instance = instanceOf(self);
    const count = (this.#counts.get(instance) ?? 0) + 1;
    this.#counts.set(instance, count);
    this.#counted += 1;
    if (count < ROUNDS) return this.#counted >= MOST_PASSES;
    if (this.#counts.size > 1) this.#followed = instance;
    return true;
  }

  /** One of several receivers is followed. */
  get isFollowing(): boolean {
    return this.#followed !== this;
  }

  beginBurst(thoroughTime: { leftMs: number } | null): void {
    this.#thoroughTime = thoroughTime;
    this.#isInRow = false;
    this.taken = 0;
    this.#inBurst = 0;
    this.#nextAt = 1;
  }

  beginRow(): void {
    this.beginBurst(null);
    this.#isInRow = true;
  }

  /** One pass by `self`; `read` gives the frame's variables. */
  pass(
    self: unknown,
    read: () => Record<string, unknown>,
    burst: number,
    hidden: HiddenReader,
    atMs: number,
  ): void {
    this.passes += 1;
    if (this.#followed !== this && this.#followed !== instanceOf(self)) return;
    this.#inBurst += 1;
    if (this.isFull || this.#inBurst < this.#nextAt) return;
    this.#sample(read(), { atMs, poll: this.#inBurst, group: burst }, hidden);
    this.taken += 1;
    const gap = this.#isInRow || this.taken < IN_A_ROW ? 1 : 2 ** (this.taken - IN_A_ROW + 1);
    this.#nextAt = this.#inBurst + gap;
  }

  /** What all samples say, and whether passes in a row might say otherwise. */
  compare(text: string, fails: boolean): JudgedStates & { mayRecur: boolean } {
    const state = this.#compare(text, fails);
    const mayRecur =
      state.verdict === 'progress' &&
      this.#row.length === 0 &&
      state.moved.every(({ path, as }) => !isProgress(as) || this.#mayRecur(path));
    return { ...state, mayRecur };
  }

  /** Progress in any of five comparisons is progress; else the weakest standstill counts. */
  #compare(text: string, fails: boolean): JudgedStates {
    const recurring = recurringIn(this.#row);
    const near = { text, recurring };
    const deep = { ...near, minSamples: 3 };
    const [within, apart] = judgeNearAndFar(this.#shallow, near);
    const further = [
      apart,
      ...judgeNearAndFar(this.#deep, deep),
      judgeStates(this.#thorough, deep),
    ];
    const working = [within, ...further].find(({ verdict }) => verdict === 'progress');
    if (working) return working;
    if (this.#isBlind) return { ...within, verdict: 'unseen', isComplete: false };
    // The others leave out functions that objects hold.
    const isThorough = this.#thorough.length >= THOROUGH_SAMPLES.size;
    const farthest = isThorough ? this.#thorough : this.#deep;
    const isComplete = isThorough && farthest.every((digest) => digest.isComplete);
    const hasDissent = [within, ...further].some((judged) => judged.hasDissent);
    const counting = further.find(({ verdict }) => verdict === 'counters') ?? within;
    if (within.verdict === 'unseen' || counting.verdict !== 'counters') {
      return { ...within, isComplete, hasDissent };
    }
    // What fails each time does no work until its time is up.
    const isWork = !fails && endsInTime(counting, farthest.at(-1), text);
    const { samples } = within;
    const verdict = isWork ? 'progress' : 'counters';
    return { ...counting, samples, isComplete, hasDissent, verdict };
  }

  /** Some of its values were there before: it may be on a round of its own. */
  #mayRecur(path: string): boolean {
    const values = this.#shallow.map((digest) => digest.values.get(path));
    return new Set(values).size * 4 <= values.length * 3;
  }

  #sample(
    values: Record<string, unknown>,
    stamp: { atMs: number; poll: number; group: number },
    hidden: HiddenReader,
  ): void {
    const roots = [{ name: 'frame', value: values }];
    const known = this.#known;
    const isOfRuntime = (fn: AnyFunction): boolean => hidden.isOfRuntime(fn);
    const digest = takeDigest(roots, null, stamp, { bounds: DIGEST_BOUNDS, known, isOfRuntime });
    if (this.#isInRow) {
      this.#row.push(digest);
      return;
    }
    this.#shallow.push(digest);
    if (DEEP_SAMPLES.has(this.taken)) {
      this.#deep.push(
        this.#look(roots, stamp, hidden, HIDDEN_LOOKS, { bounds: DIGEST_BOUNDS, isCode }),
      );
    }
    const time = this.#thoroughTime;
    if (time !== null && time.leftMs > 0 && THOROUGH_SAMPLES.has(this.taken)) {
      const begunAt = performance.now();
      const options = { bounds: THOROUGH_BOUNDS, skipsModules: true };
      this.#thorough.push(this.#look(roots, stamp, hidden, THOROUGH_LOOKS, options));
      time.leftMs -= performance.now() - begunAt;
    }
  }

  #look(
    roots: { name: string; value: unknown }[],
    stamp: { atMs: number; poll: number; group: number },
    hidden: HiddenReader,
    looks: number,
    options: DigestOptions,
  ): Digest {
    const bounded = new BoundedHidden(hidden, looks);
    const digest = takeDigest(roots, bounded, stamp, options);
    digest.isComplete &&= !bounded.isSpent;
    this.#isBlind ||= digest.isBlind;
    return digest;
  }
}

/** The functions of a module or a namespace object, which a variable holds: not those of `this`. */
function isCode(path: string): boolean {
  return /(?:^frame|\(\))\.(?!this\.)[^.()]+\.[^()]+$/.test(path);
}

function instanceOf(self: unknown): object | null {
  return typeof self === 'object' && self !== globalThis ? self : null;
}

/** What came round in the same order all along a row of passes. */
function recurringIn(row: readonly Digest[]): Set<string> {
  if (row.length < SHORTEST_ROW) return new Set();
  const paths = new Set(row.flatMap(({ values }) => [...values.keys()]));
  return new Set(
    [...paths].filter((path) => isPeriodic(row.map(({ values }) => values.get(path)))),
  );
}

/** Within the bursts; and from burst to burst, of what was no count within them. */
function judgeNearAndFar(digests: readonly Digest[], near: Near): [JudgedStates, JudgedStates] {
  const { text } = near;
  const bursts = judgedGroups(digests, near);
  const recurring = new Set([...near.recurring, ...countedIn(bursts)]);
  return [
    judgeStates(digests, near, bursts),
    judgeStates(lastOfEach(digests), { text, recurring, isSparse: true }),
  ];
}

interface Near {
  text: string;
  recurring: ReadonlySet<string>;
  minSamples?: number;
}

/** The last sample of each burst, as one series. */
function lastOfEach(digests: readonly Digest[]): Digest[] {
  const last = new Map<number, Digest>();
  for (const digest of digests) last.set(digest.group, digest);
  return [...last.values()].map((digest, i) => ({ ...digest, group: 0, poll: i }));
}
