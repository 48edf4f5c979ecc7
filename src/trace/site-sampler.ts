/**
 * The half of a site examination that lies inside the watched thread: samples the state of
 * frames at the places of a loop, from the conditions of breakpoints, in bursts. Values
 * never leave the thread; only what comparing them says does.
 *
 * Within a burst the first samples are of passes in a row, which shows exact steps; then
 * the gaps double, which shows what changes only every so many rounds. Bursts lie apart in
 * time, because progress may be slow.
 */
import { performance } from 'node:perf_hooks';
import type { HiddenState } from './hidden-state.ts';
import { SampledSite } from './sampled-site.ts';
import type { JudgedStates } from './state-series.ts';
import { type ScopeReaders, valuesOf } from './scope-values.ts';

/** The places of a loop are all passed soon after the first. */
const LAST_NEW_MS = 50;

/** Time for looking thoroughly, in all places together: so long the thread stands still. */
const THOROUGH_MS = 400;

export interface SiteState {
  site: number;
  /** Passes in all bursts. */
  passes: number;
  state: JudgedStates;
  /** All that seems to get on may as well come round: passes in a row would tell. */
  mayRecur: boolean;
}

export interface Burst {
  leading?: number;
  ms: number;
  longestMs: number;
  isThorough?: boolean;
  /** Of passes in a row, many of them. */
  isRow?: boolean;
}

export class SiteSampler {
  readonly #hidden: HiddenState;
  #sites: SampledSite[] = [];
  #isLearned: boolean[] = [];
  #burst = 0;
  #leading = 0;
  #thorough = { leftMs: THOROUGH_MS };
  #endsAt = 0;
  #endsAtLast = 0;
  /** The site whose first pass stopped the thread; -1 when something else did. */
  hit = -1;

  constructor(hidden: HiddenState) {
    this.#hidden = hidden;
  }

  /** Forgets all; `sites` will be sampled. */
  reset(sites: number, learnMs: number): void {
    this.#sites = Array.from({ length: sites }, () => new SampledSite());
    this.#isLearned = this.#sites.map(() => false);
    this.#burst = 0;
    this.#thorough = { leftMs: THOROUGH_MS };
    this.hit = -1;
    this.#endsAt = performance.now() + learnMs;
  }

  /**
   * True, to stop the thread, at the first pass of a site; and, with no hit, once no new
   * one has come for a while. A pause asked for from outside gets lost in conditions.
   */
  isNew(site: number): boolean {
    const now = performance.now();
    if (this.#isLearned[site] === false) {
      this.#isLearned[site] = true;
      this.hit = site;
      this.#endsAt = Math.min(this.#endsAt, now + LAST_NEW_MS);
      return true;
    }
    this.hit = -1;
    return now >= this.#endsAt;
  }

  /** Receivers at one site are counted for so long. */
  beginScouting(longestMs: number): void {
    this.#endsAt = performance.now() + longestMs;
  }

  /** One pass of a site that is scouted. True, to stop the thread, when that is enough. */
  scout(site: number, self: () => unknown): boolean {
    return this.#sites[site]?.scout(selfOf(self)) !== false || performance.now() >= this.#endsAt;
  }

  /** One of several receivers goes round there, and is the only one that will be sampled. */
  isFollowing(site: number): boolean {
    return this.#sites[site]?.isFollowing === true;
  }

  /**
   * A burst begins; the `leading` site may take it to `longestMs`, the others to `ms`. In a
   * thorough one all look as far as there is any state, and as there is time; in a row of
   * passes all are sampled, and nothing deep.
   */
  begin({ leading = 0, ms, longestMs, isThorough = false, isRow = false }: Burst): void {
    this.#leading = leading;
    this.#burst += 1;
    this.hit = -1;
    const now = performance.now();
    this.#endsAt = now + ms;
    this.#endsAtLast = now + longestMs;
    for (const site of this.#sites) {
      if (isRow) site.beginRow();
      else site.beginBurst(isThorough ? this.#thorough : null);
    }
  }

  /** One pass of a site. True, to stop the thread, when the burst has all that it needs. */
  take(index: number, read: ScopeReaders): boolean {
    const site = this.#sites[index];
    if (site === undefined) return true;
    const now = performance.now();
    try {
      site.pass(selfOf(read['this']), () => valuesOf(read), this.#burst, this.#hidden, now);
    } catch {
      // What cannot be read is unseen; nothing may reach the program.
    }
    const isEnough = now >= this.#endsAt && this.#sites[this.#leading]?.hasRow === true;
    return isEnough || now >= this.#endsAtLast || this.#isFull();
  }

  /** A site that is passed as often as the fullest one would be full, too: the others are rare. */
  #isFull(): boolean {
    let full = 0;
    let begun = 0;
    for (const { taken, isFull } of this.#sites) {
      if (taken > 0) begun += 1;
      if (isFull) full += 1;
    }
    return full > 0 && full === begun;
  }

  /** What all bursts so far together say of each site that was passed; `texts`: around each. */
  compare(texts: readonly string[], fails = false): SiteState[] {
    return this.#sites.flatMap((site, index) => {
      if (site.passes === 0) return [];
      const { mayRecur, ...state } = site.compare(texts[index] ?? '', fails);
      return [{ site: index, passes: site.passes, state, mayRecur }];
    });
  }

  /** Forgets what was sampled. */
  end(): void {
    this.reset(0, 0);
    this.#hidden.close();
  }
}

function selfOf(read: (() => unknown) | undefined): unknown {
  try {
    return read?.();
  } catch {
    // Before `super()` there is none.
    return null;
  }
}
