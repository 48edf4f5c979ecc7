/**
 * One place of a loop, as it is sampled: which instance to follow, which passes to look at,
 * and what the samples say together.
 *
 * Many copies of one function may pass the place, each with a state of its own, and the
 * sampling slows down the one that spins while the others are woken as before. So passes
 * are first only counted, by receiver; then the one that passes most is followed.
 */
import type { StateComparison } from '../model/recording.ts';
import { BoundedHidden } from './bounded-hidden.ts';
import type { HiddenReader } from './hidden-state.ts';
import { KnownObjects } from './known-objects.ts';
import { endsInTime } from './own-end.ts';
import { type Digest, takeDigest } from './state-digest.ts';
import { compareStates } from './state-series.ts';

/** Samples in one burst, and how many of them are of passes in a row; then the gaps double. */
const SAMPLES = 9;
const IN_A_ROW = 5;
const DIGEST_BOUNDS = { maxValues: 300, maxDepth: 6, maxFunctions: 24 };
/**
 * Looks at what JavaScript cannot reach, in one sample: each costs a tenth of a
 * millisecond or more. So most samples do without; some at the burst's begin, in it and at its end
 * look deep, into what the loop's callees close over too.
 */
const HIDDEN_LOOKS = 40;
const DEEP_SAMPLES: ReadonlySet<number> = new Set([0, 2, 4, 7]);
/** Share of the passes from which one instance is followed; else all are taken for one. */
const FOLLOWED_SHARE = 0.3;

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
  /** Something at hand cannot be read, or is too large for it, and may be what moves. */
  #isBlind = false;

  get isFull(): boolean {
    return this.taken >= SAMPLES;
  }

  get hasRow(): boolean {
    return this.taken >= IN_A_ROW;
  }

  /** Several receivers were counted: which of them to follow is open. */
  get isCrowded(): boolean {
    return this.#counts.size > 1;
  }

  /** Counts a pass by `self`, and takes no sample. */
  count(self: unknown): void {
    const instance = instanceOf(self);
    this.#counted += 1;
    this.#counts.set(instance, (this.#counts.get(instance) ?? 0) + 1);
  }

  /** Begins to count anew. */
  countAnew(): void {
    this.#counted = 0;
    this.#counts.clear();
  }

  /** Follows the receiver that was counted most, if it made a good part of the passes. */
  follow(): void {
    if (this.#counts.size > 1) {
      const [most, count] = [...this.#counts].reduce((a, b) => (b[1] > a[1] ? b : a));
      if (count > 1 && count >= this.#counted * FOLLOWED_SHARE) this.#followed = most;
    }
    this.countAnew();
  }

  beginBurst(): void {
    this.taken = 0;
    this.#inBurst = 0;
    this.#nextAt = 1;
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
    const gap = this.taken < IN_A_ROW ? 1 : 2 ** (this.taken - IN_A_ROW + 1);
    this.#nextAt = this.#inBurst + gap;
  }

  /** Progress in any of four comparisons is progress; else the weakest standstill counts. */
  compare(text: string, fails: boolean): StateComparison {
    const within = compareStates(this.#shallow, { text });
    const further = [
      compareStates(lastOfEach(this.#shallow), { text, isSparse: true }),
      compareStates(this.#deep, { text, minSamples: 3 }),
      compareStates(lastOfEach(this.#deep), { text, isSparse: true }),
    ];
    const working = [within, ...further].find(({ verdict }) => verdict === 'progress');
    if (working) return working;
    if (this.#isBlind) return { ...within, verdict: 'unseen', isComplete: false };
    const isComplete = this.#deep.length > 0 && this.#deep.every((digest) => digest.isComplete);
    const counting = further.find(({ verdict }) => verdict === 'counters') ?? within;
    if (within.verdict === 'unseen' || counting.verdict !== 'counters') {
      return { ...within, isComplete };
    }
    // What fails each time does no work until its time is up.
    const isWork = !fails && endsInTime(counting, this.#deep.at(-1), text);
    return { ...counting, isComplete, verdict: isWork ? 'progress' : 'counters' };
  }

  #sample(
    values: Record<string, unknown>,
    stamp: { atMs: number; poll: number; group: number },
    hidden: HiddenReader,
  ): void {
    const roots = [{ name: 'frame', value: values }];
    const known = this.#known;
    this.#shallow.push(takeDigest(roots, null, stamp, { bounds: DIGEST_BOUNDS, known }));
    if (!DEEP_SAMPLES.has(this.taken)) return;
    const { refusals } = hidden;
    const bounded = new BoundedHidden(hidden, HIDDEN_LOOKS);
    const digest = takeDigest(roots, bounded, stamp, { bounds: DIGEST_BOUNDS, isCode });
    digest.isComplete &&= !bounded.isSpent;
    this.#isBlind ||= hidden.refusals > refusals || digest.hasForeignMemory;
    this.#deep.push(digest);
  }
}

/** The functions of a module or a namespace object, which a variable holds: not those of `this`. */
function isCode(path: string): boolean {
  return /(?:^frame|\(\))\.(?!this\.)[^.()]+\.[^()]+$/.test(path);
}

function instanceOf(self: unknown): object | null {
  return typeof self === 'object' && self !== globalThis ? self : null;
}

/** The last sample of each burst, as one series. */
function lastOfEach(digests: readonly Digest[]): Digest[] {
  const last = new Map<number, Digest>();
  for (const digest of digests) last.set(digest.group, digest);
  return [...last.values()].map((digest, i) => ({ ...digest, group: 0, poll: i }));
}
