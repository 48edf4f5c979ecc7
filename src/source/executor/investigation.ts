/**
 * What is being learned about one suspicious task, or about some that wake each other in a
 * ring: stacks at the wakes, samples of the state before and after polls, and how the polls
 * of the layers go. Taken in bursts of a few polls, so that it costs a task that turns out
 * healthy next to nothing.
 */
import type { StateComparison } from '../../model/recording.ts';
import type { Frame } from '../../trace/call-sites.ts';
import type { HiddenState } from '../../trace/hidden-state.ts';
import { HiddenUses } from '../../trace/hidden-uses.ts';
import { KnownMembers } from '../../trace/known-members.ts';
import { KnownObjects } from '../../trace/known-objects.ts';
import { type AnyFunction, type LayerNode, layersIn } from '../../trace/object-graph.ts';
import { type Digest, takeDigest } from '../../trace/state-digest.ts';
import { compareStates } from '../../trace/state-series.ts';
import { Cursors } from './cursors.ts';
import { type FruitlessLayer, FruitlessWatch } from './fruitless-watch.ts';
import type { LookKind } from './look-marks.ts';
import { FIRST_MARK, type TaskRow } from './task-row.ts';

/** Samples of state in one burst, at consecutive polls. */
export const BURST = 4;
/** Samples of a spaced burst, and the polls between two of them. */
const SPACED_SAMPLES = 4;
const SPACING = 240;
const MAX_SPACED_BURSTS = 6;
/** Bursts whose samples are compared; older ones are forgotten. */
const KEPT_BURSTS = 10;
/** Stacks taken in one burst, of each task. */
const STACKS_PER_BURST = 2;
const KEPT_STACKS = 32;
/** Walking the layers costs milliseconds; they seldom change. */
const LAYERS_KEPT_MS = 1000;
/** Timed polls that are enough to know the mean: from then on only those in bursts are timed. */
const ENOUGH_TIMED_POLLS = 4096;
/** Times that a burst begins anew because its streak was broken. */
const MAX_RESTARTS = 8;
/** Tasks of one ring. */
export const MAX_MEMBERS = 16;

/** What an investigation needs of its monitor. */
interface InvestigationHost {
  readonly hidden: HiddenState;
  nowMs(): number;
  pollSeq(): number;
  currentTask(): TaskRow | null;
  /** True for functions that are not the program's own: their closures are no state of it. */
  readonly isForeign: (fn: AnyFunction) => boolean;
}

/** A stack taken at a wake, the future in whose poll it was, if in any, and who was woken. */
export interface WakeStack {
  frames: Frame[];
  polled: object | null;
  woken: TaskRow;
}

export class Investigation {
  readonly row: TaskRow;
  kind: LookKind;
  /** The tasks it is about: one, or a ring. */
  readonly members = new Set<TaskRow>();
  /** When the present streak was first suspected, milliseconds. */
  sinceMs: number;
  /** The streak at which the present evidence begins: what lies before was progress. */
  base = 0;
  /** Bursts in a row that ended without a sign of progress. */
  barrenBursts = 0;
  /** Samples still to take in this burst. */
  samplesLeft = 0;
  /** For the speed: milliseconds and polls at the last look. */
  lookedAtMs: number;
  lookedAtPolls: number;
  /** Milliseconds until the next look, once the first marks are passed. */
  intervalMs = 50;
  /** CPU time that the last burst took, milliseconds: the same on a busy machine. */
  costMs = 0;
  /** A suspicion of the present streak was sent, and how long the streak was then. */
  reportedStreak: number | null = null;
  /** Streaks that were told; each is a suspicion of its own. */
  episode = 0;
  readonly stacks: WakeStack[] = [];
  readonly watch: FruitlessWatch;
  readonly #host: InvestigationHost;
  readonly #layers = new WeakMap<object, { atMs: number; layers: readonly LayerNode[] }>();
  readonly #uses: HiddenUses;
  readonly #known = new KnownObjects();
  readonly #members = new KnownMembers();
  readonly #cursors = new Cursors();
  /** Polls from one sample to the next. */
  #spacing = 1;
  /** The present streak was sampled at a distance, too. */
  isSpaced = false;
  #last: LastSample | null = null;
  /** Polls between samples in which nobody else ran, and spaced bursts that were taken. */
  #aloneFor = 0;
  #spacedBursts = 0;
  #digests: Digest[] = [];
  #inside: { loop: string; digests: Digest[] } = { loop: '', digests: [] };
  #before: { row: TaskRow; digest: Digest } | null = null;
  #group = 0;
  #lastStreak = 0;
  #restarts = 0;

  constructor(
    row: TaskRow,
    kind: LookKind,
    host: InvestigationHost,
    onFruitless: (row: TaskRow, layer: FruitlessLayer) => void,
  ) {
    this.row = row;
    this.kind = kind;
    this.members.add(row);
    this.#host = host;
    this.#uses = new HiddenUses((fn) => host.hidden.isOfRuntime(fn));
    this.sinceMs = host.nowMs();
    this.lookedAtMs = this.sinceMs;
    this.lookedAtPolls = row.polls;
    this.watch = new FruitlessWatch(
      () => host.pollSeq(),
      () => host.currentTask() === row,
      (layer) => onFruitless(row, layer),
    );
  }

  /** Begins a burst: stacks, samples, taps. */
  begin(streak: number): void {
    const cpuBefore = process.cpuUsage();
    this.#restarts = 0;
    this.#spacing = 1;
    this.samplesLeft = BURST;
    if (this.#digests.length === 0) {
      this.base = streak <= 2 * FIRST_MARK ? 0 : streak;
      this.sinceMs = this.#host.nowMs();
    }
    for (const member of this.members) {
      member.captures = STACKS_PER_BURST;
      member.isTimed = true;
      member.isWatched = true;
    }
    if (this.kind !== 'cycle') this.watch.install(this.row.future, this.layers());
    this.costMs = cpuMsSince(cpuBefore);
  }

  /**
   * A burst with many polls between its samples, from the last sample on: what the task brings
   * about only once in a while shows as its own doing, as long as nobody else runs meanwhile.
   */
  beginSpaced(): void {
    this.#spacing = SPACING;
    this.samplesLeft = SPACED_SAMPLES;
    this.isSpaced = true;
    this.#spacedBursts += 1;
  }

  /**
   * Something new has come up between the samples, and it was not seen whose doing it was. It is
   * looked at again a few times: where others run all the time it is taken for theirs.
   */
  isOpen(): boolean {
    if (this.#aloneFor >= 2 * SPACING || this.#spacedBursts >= MAX_SPACED_BURSTS) return false;
    if (compareStates(this.#digests, { isAnyDoing: true }).verdict !== 'progress') return false;
    this.isSpaced = false;
    return true;
  }

  /** At which streak to take the next sample of the burst. */
  nextSampleAt(streak: number): number {
    return this.#spacing === 1 ? 0 : streak + this.#spacing;
  }

  /** The layers that the task's future holds, as they were within the last second. */
  layers(): readonly LayerNode[] {
    return this.layersOf(this.row.future);
  }

  /** The same of another future, in whose poll this task was woken. */
  layersOf(future: object): readonly LayerNode[] {
    const { hidden, isForeign } = this.#host;
    const nowMs = this.#host.nowMs();
    const known = this.#layers.get(future);
    if (known && nowMs - known.atMs < LAYERS_KEPT_MS) return known.layers;
    const layers = layersIn(future, hidden, (fn) => isForeign(fn) || hidden.isOfRuntime(fn));
    this.#layers.set(future, { atMs: nowMs, layers });
    return layers;
  }

  /** A poll of a member begins. */
  pollBegins(row: TaskRow): void {
    // What a task arranges for itself does its work outside of polls.
    if (this.samplesLeft > 0 && this.#spacing === 1 && this.kind !== 'armed') {
      this.#before = { row, digest: this.#digest() };
    }
  }

  /** One sample, after a poll. A streak smaller than the last begins a new group of samples. */
  sample(row: TaskRow, streak: number): void {
    this.samplesLeft -= 1;
    if (streak < this.#lastStreak) {
      this.#group += 1;
      this.#restarts += 1;
      this.base = 0;
      // Samples of two streaks cannot be compared: this one is the first of a new burst.
      if (this.#restarts <= MAX_RESTARTS) this.samplesLeft = BURST - 1;
    }
    this.#lastStreak = streak;
    const digest = this.#digest();
    this.#digests.push({ ...digest, ...this.#stateBefore(row, digest) });
    this.#before = null;
    this.#last = { ...this.#now(row), values: digest.values, turn: newTurn() };
    if (this.#digests.length > KEPT_BURSTS * BURST) this.#digests.shift();
  }

  /**
   * The state with which the sampled one is compared to see what the task itself did: that of the
   * last sample, if it alone ran since; else that of the beginning of the poll, or none at all.
   */
  #stateBefore(row: TaskRow, { values }: Digest): Pick<Digest, 'before' | 'span'> {
    const last = this.#last;
    const now = this.#now(row);
    const isAlone =
      last !== null && !last.turn.isOver && now.allPolls - last.allPolls === now.polls - last.polls;
    if (isAlone && this.members.size === 1) {
      const span = now.polls - last.polls;
      this.#aloneFor += span;
      return { before: last.values, span };
    }
    if (this.#before?.row === row) return { before: this.#before.digest.values };
    return this.#spacing === 1 ? {} : { before: values };
  }

  #now({ polls }: TaskRow): { polls: number; allPolls: number } {
    return { polls, allPolls: this.#host.pollSeq() };
  }

  /**
   * One sample within a poll that goes round and round: `turns` so far. Samples of another
   * loop, or another poll, are not compared with these.
   */
  sampleInside(loop: string, turns: number): void {
    const last = this.#inside.digests.at(-1);
    if (this.#inside.loop !== loop || (last && turns < last.poll)) {
      this.#inside = { loop, digests: [] };
    }
    const { digests } = this.#inside;
    digests.push({ ...this.#digest(), poll: turns });
    if (digests.length > KEPT_BURSTS * BURST) digests.shift();
  }

  compareInside(): StateComparison {
    return asFarAsSeen(this.#inside.digests, compareStates(this.#inside.digests));
  }

  /** Ends a burst. Nothing of ours is left on the task's objects. */
  end(): void {
    this.watch.remove();
    this.#uses.release();
    this.#host.hidden.release();
    this.#before = null;
    for (const member of this.members) {
      member.captures = 0;
      if (member.timedPolls >= ENOUGH_TIMED_POLLS) member.isTimed = false;
      member.isWatched = false;
    }
    this.samplesLeft = 0;
  }

  keepStack(stack: WakeStack): void {
    this.stacks.push(stack);
    if (this.stacks.length > KEPT_STACKS) this.stacks.shift();
  }

  /** Not all that may move can be seen. */
  get isBlind(): boolean {
    return this.#digests.some(({ isBlind }) => isBlind);
  }

  compare(): StateComparison {
    const digests = this.#digests;
    const state = compareStates(digests, {
      isExchange: this.kind === 'cycle',
      hasGoneBack: (path, numbers) => this.#cursors.hasGoneBack(path, numbers, digests),
    });
    this.#cursors.note(state, digests);
    return asFarAsSeen(digests, state);
  }

  /** Forgets what was learned: the task did work. */
  forget(): void {
    for (const member of this.members) member.hasWorked = true;
    this.barrenBursts = 0;
    this.episode += this.reportedStreak === null ? 0 : 1;
    this.reportedStreak = null;
    this.#digests = [];
    this.#last = null;
    this.isSpaced = false;
    this.#aloneFor = this.#spacedBursts = 0;
    this.stacks.length = 0;
    this.watch.found.length = 0;
  }

  #digest(): Digest {
    const { hidden, isForeign } = this.#host;
    const atMs = this.#host.nowMs();
    const cpuBefore = process.cpuUsage();
    let poll = 0;
    for (const member of this.members) poll += member.polls;
    const digest = takeDigest(
      this.#roots(),
      hidden,
      { atMs, poll, group: this.#group },
      { isForeign, uses: this.#uses, known: this.#known, members: this.#members },
    );
    this.costMs += cpuMsSince(cpuBefore);
    return digest;
  }

  /** The futures, and what their poll methods close over. */
  #roots(): { name: string; value: unknown }[] {
    const isAlone = this.members.size === 1;
    return [...this.members].flatMap(({ id, future }) => {
      const name = isAlone ? 'task' : `task ${id}`;
      const { poll } = future as { poll?: unknown };
      return [
        { name, value: future },
        { name: `${name}.poll`, value: poll },
      ];
    });
  }
}

/** What seems to stand still may move where nobody can look. */
function asFarAsSeen(digests: readonly Digest[], state: StateComparison): StateComparison {
  if (state.verdict === 'progress' || !digests.some(({ isBlind }) => isBlind)) return state;
  return { ...state, verdict: 'unseen', isComplete: false };
}

interface LastSample {
  values: Digest['values'];
  polls: number;
  allPolls: number;
  turn: { isOver: boolean };
}

/** What runs now, without a gap in which anything else could run. */
function newTurn(): { isOver: boolean } {
  const turn = { isOver: false };
  queueMicrotask(() => {
    turn.isOver = true;
  });
  return turn;
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
