/**
 * Is a thread worth a look? Read from outside it, next to free: CPU time, and what its
 * heart writes. Signs are for suspicion only: a busy healthy program shows all of them.
 *
 * - *starved*: CPU is burnt and the heart does not beat: the loop does not turn.
 * - *busy*: CPU is burnt while the loop turns.
 * - *turning*: the loop turns hundreds of times a second, at whatever CPU share.
 * - *breeding*: processes or threads are started all the time; they burn, and not the thread.
 */
import { HeartCell } from '../model/heart-cells.ts';

export type Sign = 'starved' | 'busy' | 'turning' | 'breeding';

export interface Vitals {
  sign: Sign | null;
  /** Share of one core that it wanted over the window, 0 to 1. */
  cpuShare: number;
  /** Turns of the loop per second; 0 while it is starved. */
  turnsPerSecond: number;
  oddDelaysPerSecond: number;
}

/** What a thread has used since the first look. */
export interface VitalTotals {
  cpuMs: number;
  /** Turns of its loop, as far as its heart has told; NaN where Node does not tell. */
  turns: number;
}

/** A starved heart misses three beats. */
const STARVED_MS = 160;
/** Signs are those of a window of this length. */
const WINDOW_MS = 250;
/** A spin wants all of a core. */
const BURNING = 0.6;
/** A server at rest turns its loop a few times a second; one millisecond timers 1,000 times. */
const TURNING_PER_SECOND = 150;
/** Births within a time that are more than a pool that is filled, or a build that forks for each core. */
const BREEDING = 8;
const BREEDING_MS = 2000;
/** An idle program that polls twenty times a second burns less. */
const LEAST_CPU = 0.01;

interface Sample {
  atMs: number;
  cpuMs: number;
  beats: number;
  turns: number;
  odd: number;
  births: number;
}

export interface VitalSource {
  cells: Float64Array;
  /** Time that the thread ran, or waited for a core, so far: milliseconds. */
  cpuMs(): number;
  /** Monotonic, milliseconds. */
  nowMs(): number;
}

export class VitalSigns {
  readonly #source: VitalSource;
  #samples: Sample[] = [];
  #first: Sample | null = null;
  #totals: VitalTotals = { cpuMs: 0, turns: 0 };
  /** When the count of births was seen to change. */
  readonly #births: Pick<Sample, 'atMs' | 'births'>[] = [];
  #lastBeatMs = 0;
  #cpuAtBeat = 0;

  constructor(source: VitalSource) {
    this.#source = source;
  }

  /** Until the last look or {@link count}. */
  get totals(): VitalTotals {
    return this.#totals;
  }

  /** Counts on without a look: signs are as they were. */
  count(): void {
    this.#sample();
  }

  /** One look; to be called every 20 to 50 ms. */
  look(): Vitals {
    const sample = this.#sample();
    const last = this.#samples.at(-1);
    if (last === undefined || sample.beats !== last.beats) {
      this.#lastBeatMs = sample.atMs;
      this.#cpuAtBeat = sample.cpuMs;
    }
    this.#samples.push(sample);
    while (this.#samples.length > 2 && sample.atMs - this.#samples[1]!.atMs >= WINDOW_MS) {
      this.#samples.shift();
    }
    return this.#vitals(sample, this.#samples[0]!);
  }

  #vitals(now: Sample, then: Sample): Vitals {
    const ms = Math.max(now.atMs - then.atMs, 1);
    const cpuShare = Math.min(1, (now.cpuMs - then.cpuMs) / ms);
    const turnsPerSecond = Number.isNaN(now.turns) ? 0 : ((now.turns - then.turns) * 1000) / ms;
    const oddDelaysPerSecond = ((now.odd - then.odd) * 1000) / ms;
    const vitals = { cpuShare, turnsPerSecond, oddDelaysPerSecond };
    const stillMs = now.atMs - this.#lastBeatMs;
    if (stillMs >= STARVED_MS) {
      const share = (now.cpuMs - this.#cpuAtBeat) / stillMs;
      const isBurning = share >= BURNING;
      return { ...vitals, cpuShare: Math.min(1, share), sign: isBurning ? 'starved' : null };
    }
    if (ms < WINDOW_MS * 0.8) return { ...vitals, sign: null };
    if (cpuShare >= BURNING) return { ...vitals, sign: 'busy' };
    if (this.#isBreeding(now)) return { ...vitals, sign: 'breeding' };
    const isTurning = turnsPerSecond >= TURNING_PER_SECOND && cpuShare >= LEAST_CPU;
    return { ...vitals, sign: isTurning ? 'turning' : null };
  }

  /** In each quarter of the time, so that a pool that is filled at once does not count. */
  #isBreeding({ atMs, births }: Sample): boolean {
    const known = this.#births;
    if (known.at(-1)?.births !== births) known.push({ atMs, births });
    while (known.length > 1 && atMs - known[1]!.atMs >= BREEDING_MS) known.shift();
    if (births - known[0]!.births < BREEDING) return false;
    const quarters = known.slice(1).map((one) => Math.floor((4 * (atMs - one.atMs)) / BREEDING_MS));
    return new Set(quarters).size === 4;
  }

  #sample(): Sample {
    const { cells, cpuMs, nowMs } = this.#source;
    const sample = {
      atMs: nowMs(),
      cpuMs: cpuMs(),
      beats: cells[HeartCell.BEATS]!,
      turns: cells[HeartCell.TURNS]!,
      odd: cells[HeartCell.ODD_DELAYS]!,
      births: cells[HeartCell.BIRTHS]!,
    };
    const { cpuMs: cpuBefore, turns: turnsBefore } = (this.#first ??= sample);
    this.#totals = { cpuMs: sample.cpuMs - cpuBefore, turns: sample.turns - turnsBefore };
    return sample;
  }
}
