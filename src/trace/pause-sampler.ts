/**
 * The half of a pause examination that lies inside the thread under examination: called
 * by a debugger, from conditions of breakpoints and from pauses, in the scope of the frame
 * that is looked at. Values never leave the thread; only the comparison does.
 */
import { performance } from 'node:perf_hooks';
import type { Place, StateComparison } from '../model/recording.ts';
import type { Frame } from './call-sites.ts';
import { HiddenState } from './hidden-state.ts';
import { KnownObjects } from './known-objects.ts';
import { endsInTime } from './own-end.ts';
import type { Places } from './raw-places.ts';
import { type ScopeReaders, valuesOf } from './scope-values.ts';
import { takeDigest, type Digest } from './state-digest.ts';
import { compareStates } from './state-series.ts';

/** Samples of one examination; the comparison wants four. */
const MAX_SAMPLES = 10;

/** Milliseconds between samples: a change that is slow enough to miss is found by the next examination. */
const SPACING_MS = 12;

/**
 * As far as there is any state, where a near look takes no longer than the first and a far one
 * no longer than the second, milliseconds: samples that take long are too few.
 */
const LONGEST_NEAR_MS = 12;
const LONGEST_FAR_MS = 40;
const FAR_BOUNDS = { maxValues: 4000, maxDepth: 16, maxFunctions: 300, maxFunctionDepth: 12 };

export class PauseSampler {
  readonly #places: Places;
  readonly #digests: Digest[] = [];
  #hidden: HiddenState | null = null;
  #known = new KnownObjects();
  #reach: 'try near' | 'far' | 'near' = 'try near';
  #counts: number[] = [];
  #passes = 0;
  #lastAt = 0;
  #endsAt = 0;
  #ms = 0;

  constructor(places: Places) {
    this.#places = places;
  }

  /** Positions in running code to places in source text. */
  places(frames: readonly Frame[]): Place[] {
    return frames.map((frame) => this.#places.place(frame));
  }

  /** Places are observed, or samples taken, for this long from now; from far where that may be tried. */
  begin(ms: number, mayReachFar = false): void {
    this.#endsAt = performance.now() + ms;
    this.#counts = [];
    this.#digests.length = 0;
    this.#known = new KnownObjects();
    this.#reach = mayReachFar ? 'try near' : 'near';
    this.#ms = ms;
    this.#passes = 0;
    this.#lastAt = 0;
  }

  /** The observed place of this number was passed. True, to stop the thread, when time is up. */
  pass(place: number): boolean {
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    return performance.now() >= this.#endsAt;
  }

  /** How often each of the places was passed. */
  passes(places: number): number[] {
    return Array.from({ length: places }, (_, i) => this.#counts[i] ?? 0);
  }

  /** Takes a sample when one is due. True when there are enough, or time is up. */
  sample(read: ScopeReaders): boolean {
    this.#passes += 1;
    const now = performance.now();
    if (now - this.#lastAt >= SPACING_MS && this.#digests.length < MAX_SAMPLES) {
      this.#lastAt = now;
      this.#take(read, now);
    }
    return this.#digests.length >= MAX_SAMPLES || now >= this.#endsAt;
  }

  /** What the samples say; `text` is what surrounds the place that they are of. */
  compare(text = ''): StateComparison {
    const state = compareStates(this.#digests, { text });
    const isWork = state.verdict === 'counters' && endsInTime(state, this.#digests.at(-1), text);
    if (isWork) state.verdict = 'progress';
    this.#digests.length = 0;
    this.#hidden?.close();
    return state;
  }

  #take(read: ScopeReaders, atMs: number): void {
    this.#hidden ??= new HiddenState();
    try {
      const roots = [{ name: 'frame', value: valuesOf(read) }];
      const stamp = { atMs, poll: this.#passes, group: 0 };
      const isFar = this.#reach === 'far';
      const options = { known: this.#known, ...(isFar && { bounds: FAR_BOUNDS }) };
      this.#digests.push(takeDigest(roots, this.#hidden, stamp, options));
      const tookMs = performance.now() - atMs;
      // The first look finds nothing warm, and says little of the others.
      if (this.#reach === 'try near' && this.#digests.length > 1) {
        this.#reach = tookMs <= LONGEST_NEAR_MS ? 'far' : 'near';
      } else if (isFar && tookMs > LONGEST_FAR_MS) this.#reach = 'near';
      if (isFar === (this.#reach === 'far')) return;
      // Looks of another reach cannot be compared with this one.
      this.#digests.length = 0;
      this.#known = new KnownObjects();
      this.#endsAt = performance.now() + this.#ms;
    } catch {
      // A state that cannot be read is an unseen one; nothing may reach the program.
    }
  }
}
