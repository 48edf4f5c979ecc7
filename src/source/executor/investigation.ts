/**
 * What is being learned about one suspicious task: stacks at its wakes, samples of its
 * state, and how its layers' polls go. Taken in bursts of a few polls, so that it costs a
 * task that turns out healthy next to nothing.
 */
import type { StateComparison } from '../../model/recording.ts';
import type { Frame } from '../../trace/call-sites.ts';
import type { HiddenState } from '../../trace/hidden-state.ts';
import { type AnyFunction, isOpaque, type LayerNode, layersIn } from '../../trace/object-graph.ts';
import { type Digest, takeDigest } from '../../trace/state-digest.ts';
import { compareStates } from '../../trace/state-series.ts';
import { type FruitlessLayer, FruitlessWatch } from './fruitless-watch.ts';
import type { TaskRow } from './task-row.ts';

/** Samples of state in one burst, at consecutive polls. */
export const BURST = 4;
/** Bursts whose samples are compared; older ones are forgotten. */
const KEPT_BURSTS = 8;
/** Stacks taken in one burst. */
const STACKS_PER_BURST = 2;
const KEPT_STACKS = 16;
/** Walking the layers costs milliseconds; they seldom change. */
const LAYERS_KEPT_MS = 1000;
/** Times that a burst begins anew because its streak was broken. */
const MAX_RESTARTS = 8;

/** What an investigation needs of its monitor. */
interface InvestigationHost {
  readonly hidden: HiddenState;
  nowMs(): number;
  pollSeq(): number;
  /** True for functions that are not the program's own: their closures are no state of it. */
  readonly isForeign: (fn: AnyFunction) => boolean;
}

/** A stack taken at a wake, and the future in whose poll it was, if in any. */
export interface WakeStack {
  frames: Frame[];
  polled: object | null;
}

export class Investigation {
  readonly row: TaskRow;
  /** When the task was first suspected, milliseconds. */
  readonly sinceMs: number;
  /** Bursts in a row that ended without a sign of progress. */
  barrenBursts = 0;
  /** Samples still to take in this burst. */
  samplesLeft = 0;
  /** For the speed: milliseconds and polls at the last look. */
  lookedAtMs: number;
  lookedAtPolls: number;
  /** Milliseconds until the next look, once the first marks are passed. */
  intervalMs = 50;
  /** A suspicion of this task was sent. */
  isReported = false;
  readonly stacks: WakeStack[] = [];
  readonly watch: FruitlessWatch;
  readonly #hidden: HiddenState;
  readonly #isForeign: (fn: AnyFunction) => boolean;
  readonly #nowMs: () => number;
  readonly #layers = new WeakMap<object, { atMs: number; layers: readonly LayerNode[] }>();
  #digests: Digest[] = [];
  #group = 0;
  #lastStreak = 0;
  #restarts = 0;

  constructor(
    row: TaskRow,
    { hidden, nowMs, isForeign, pollSeq }: InvestigationHost,
    onFruitless: (row: TaskRow, layer: FruitlessLayer) => void,
  ) {
    this.row = row;
    this.#hidden = hidden;
    this.#isForeign = isForeign;
    this.#nowMs = nowMs;
    this.sinceMs = nowMs();
    this.lookedAtMs = this.sinceMs;
    this.lookedAtPolls = row.polls;
    this.watch = new FruitlessWatch(pollSeq, (layer) => onFruitless(row, layer));
  }

  /** Begins a burst: stacks, samples, taps. */
  begin(): void {
    this.#restarts = 0;
    this.samplesLeft = BURST;
    this.row.captures = STACKS_PER_BURST;
    this.row.isTimed = true;
    this.watch.install(this.row.future, this.layers());
  }

  /** The layers that the task's future holds, as they were within the last second. */
  layers(): readonly LayerNode[] {
    return this.layersOf(this.row.future);
  }

  /** The same of another future, in whose poll this task was woken. */
  layersOf(future: object): readonly LayerNode[] {
    const nowMs = this.#nowMs();
    const known = this.#layers.get(future);
    if (known && nowMs - known.atMs < LAYERS_KEPT_MS) return known.layers;
    const layers = layersIn(future, this.#hidden);
    this.#layers.set(future, { atMs: nowMs, layers });
    return layers;
  }

  /** One sample, after a poll. A streak smaller than the last begins a new group of samples. */
  sample(nowMs: number, streak: number): void {
    this.samplesLeft -= 1;
    if (streak < this.#lastStreak) {
      this.#group += 1;
      this.#restarts += 1;
      // Samples of two streaks cannot be compared: this one is the first of a new burst.
      if (this.#restarts <= MAX_RESTARTS) this.samplesLeft = BURST - 1;
    }
    this.#lastStreak = streak;
    const stamp = { atMs: nowMs, poll: this.row.polls, group: this.#group };
    this.#digests.push(
      takeDigest(this.#roots(), this.#hidden, stamp, { isForeign: this.#isForeign }),
    );
    if (this.#digests.length > KEPT_BURSTS * BURST) this.#digests.shift();
  }

  /** Ends a burst. Nothing of ours is left on the task's objects. */
  end(): void {
    this.watch.remove();
    this.row.captures = 0;
    this.samplesLeft = 0;
  }

  keepStack(stack: WakeStack): void {
    this.stacks.push(stack);
    if (this.stacks.length > KEPT_STACKS) this.stacks.shift();
  }

  compare(): StateComparison {
    return compareStates(this.#digests);
  }

  /** Forgets what was learned: the task did work. */
  forget(): void {
    this.barrenBursts = 0;
    this.#digests = [];
    this.stacks.length = 0;
    this.watch.found.length = 0;
  }

  /** The task's future, and what its poll method closes over. */
  #roots(): { name: string; value: unknown }[] {
    const { future } = this.row;
    const own: unknown = (future as { poll?: unknown }).poll;
    const isTapped = typeof own === 'function' && isOpaque(own);
    const poll: unknown = isTapped ? Object.getPrototypeOf(future)?.poll : own;
    return [
      { name: 'task', value: future },
      { name: 'poll', value: poll },
    ];
  }
}
