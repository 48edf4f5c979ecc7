/**
 * Looks closer at tasks that reached a mark, and turns what it learns into suspicions.
 * It decides nothing: a suspicion is evidence with numbers, and rules judge it.
 *
 * Course of a look: at a mark a burst begins (the next few polls are sampled one by one);
 * when it ends, what is known so far becomes a suspicion, sent under the same id each
 * time it grows. A task whose state shows progress is let go: its streak begins anew, and
 * it is looked at again ever more rarely.
 */
import type { StateComparison } from '../../model/recording.ts';
import { captureFrames } from '../../trace/call-sites.ts';
import { BarrenReads } from './barren-reads.ts';
import { BURST, Investigation, MAX_MEMBERS } from './investigation.ts';
import { LookBudget } from './look-budget.ts';
import {
  type LookKind,
  MAX_INTERVAL_MS,
  markAfterBarren,
  markAfterProgress,
  pollsIn,
  setMark,
  streakOf,
} from './look-marks.ts';
import { ringOf } from './ring.ts';
import type { SuspicionHost } from './suspicion-host.ts';
import { Suspicions } from './suspicions.ts';
import { FIRST_MARK, type TaskRow } from './task-row.ts';

const STACK_DEPTH = 100;
/** Bursts that must agree before anything is said. */
const MIN_BARREN_BURSTS = 2;
/** Samples in which nothing but counters moved, before that is told. */
const COUNTED_SAMPLES = 16;
/** Bursts that follow each other by polls; later ones follow by time. */
const GATHERING_BURSTS = 3;
/** Tasks looked at at a time; others wait for their next mark. */
const MAX_INVESTIGATIONS = 64;

export class Investigator {
  readonly #host: SuspicionHost;
  readonly #open = new Map<TaskRow, Investigation>();
  /** Rings by each of their tasks. */
  readonly #rings = new Map<TaskRow, Investigation>();
  readonly #budget: LookBudget;
  readonly #suspicions: Suspicions;
  readonly #reads: BarrenReads;

  constructor(host: SuspicionHost) {
    this.#host = host;
    this.#budget = new LookBudget(host.nowMs());
    this.#suspicions = new Suspicions(host);
    this.#reads = new BarrenReads(
      host,
      this.#suspicions,
      // Whatever it is looked at for: a loop within a poll is another matter.
      (row) => this.#open.get(row) ?? this.#ofTask(row, 'self-wake'),
    );
  }

  get hasSuspects(): boolean {
    return this.#open.size > 0 || this.#rings.size > 0;
  }

  /** Tasks that deserve to be listed in a recording. */
  suspects(): Iterable<TaskRow> {
    return new Set([...this.#open.keys(), ...this.#rings.keys()]);
  }

  forget(row: TaskRow): void {
    this.#open.get(row)?.end();
    this.#open.delete(row);
    const ring = this.#rings.get(row);
    if (ring) this.#dissolve(ring);
  }

  close(): void {
    for (const investigation of this.#all()) investigation.end();
    this.#open.clear();
    this.#rings.clear();
  }

  /** A wake while stacks are wanted. */
  onCapturedWake(row: TaskRow, by: TaskRow | null): void {
    row.captures -= 1;
    const frames = captureFrames(this.onCapturedWake, STACK_DEPTH);
    const stack = { frames, polled: by?.future ?? null, woken: row };
    this.#open.get(row)?.keepStack(stack);
    if (by !== row) this.#rings.get(row)?.keepStack(stack);
  }

  /** A poll of a task under investigation begins. */
  onWatchedPoll(row: TaskRow): void {
    this.#open.get(row)?.pollBegins(row);
    this.#rings.get(row)?.pollBegins(row);
  }

  onBarrenTouches(): void {
    this.#reads.onTouches();
  }

  /** {@link BarrenReads.onStuckPoll} */
  onStuckPoll(row: TaskRow): void {
    this.#reads.onStuckPoll(row);
  }

  /** A mark was reached after a poll. Sets the next one. */
  look(row: TaskRow, kind: LookKind): void {
    const streak = streakOf(row, kind);
    const investigation = kind === 'cycle' ? this.#ofRing(row) : this.#ofTask(row, kind);
    if (!investigation) {
      setMark(row, kind, streak * 2 + FIRST_MARK);
      return;
    }
    if (investigation.samplesLeft === 0) {
      const isBegun = investigation.barrenBursts > 0;
      if (!isBegun && this.#budget.isSpent(this.#host.nowMs(), row.hasWorked)) {
        this.#setMarks(investigation, streak + FIRST_MARK);
        return;
      }
      investigation.begin(streak);
      if (kind === 'armed') this.#host.probe(row);
      this.#setMarks(investigation, 0);
      return;
    }
    investigation.sample(row, streak);
    if (investigation.samplesLeft > 0) {
      setMark(row, kind, investigation.nextSampleAt(streak));
      return;
    }
    const isOpen = this.#conclude(investigation, streak);
    investigation.end();
    if (isOpen) {
      investigation.beginSpaced();
      setMark(row, kind, investigation.nextSampleAt(streak));
    }
    this.#budget.spend(investigation.costMs);
  }

  #ofTask(row: TaskRow, kind: Exclude<LookKind, 'cycle'>): Investigation | null {
    const known = this.#open.get(row);
    if (known) {
      if (known.kind !== kind) {
        known.end();
        known.forget();
        known.kind = kind;
      }
      return known;
    }
    const made = this.#make(row, kind);
    if (made) this.#open.set(row, made);
    return made;
  }

  /** The ring that the task is in, with those that were found to belong to it since. Null when it is in none. */
  #ofRing(row: TaskRow): Investigation | null {
    const known = this.#rings.get(row);
    const members = ringOf(row, MAX_MEMBERS);
    if (members === null) return known ?? null;
    const ring =
      known ?? members.map((member) => this.#rings.get(member)).find((one) => one !== undefined);
    const investigation = ring ?? this.#make(row, 'cycle');
    if (!investigation) return null;
    for (const member of members) this.#join(member, investigation);
    return investigation;
  }

  #join(member: TaskRow, ring: Investigation): void {
    const other = this.#rings.get(member);
    if (other === ring) return;
    if (other) {
      for (const each of other.members) this.#rings.set(each, ring);
      for (const each of other.members) ring.members.add(each);
      other.end();
    }
    ring.members.add(member);
    this.#rings.set(member, ring);
  }

  #dissolve(ring: Investigation): void {
    ring.end();
    for (const member of ring.members) this.#rings.delete(member);
  }

  #make(row: TaskRow, kind: LookKind): Investigation | null {
    if (this.#open.size + this.#rings.size >= MAX_INVESTIGATIONS) this.#makeRoom();
    if (this.#open.size + this.#rings.size >= MAX_INVESTIGATIONS) return null;
    return new Investigation(row, kind, this.#host, (task, layer) =>
      this.#reads.onFruitless(task, layer),
    );
  }

  /** Lets go of the task that was looked at longest ago and never reported. */
  #makeRoom(): void {
    for (const investigation of this.#all()) {
      if (investigation.reportedStreak !== null) continue;
      this.forget(investigation.row);
      return;
    }
  }

  *#all(): Generator<Investigation> {
    yield* this.#open.values();
    yield* new Set(this.#rings.values());
  }

  /** True when the last word needs a look at what the task does once in a while. */
  #conclude(investigation: Investigation, streak: number): boolean {
    const { watch } = investigation;
    const { streakThreshold } = this.#host;
    const state: StateComparison =
      watch.achieved === null
        ? investigation.compare()
        : { ...investigation.compare(), verdict: 'progress', moved: [watch.achieved] };
    watch.achieved = null;
    const nowMs = this.#host.nowMs();
    if (state.verdict === 'progress') {
      // What was said too early is taken back; a spin that was seen stays seen.
      const { reportedStreak } = investigation;
      if (reportedStreak !== null && reportedStreak < streakThreshold) {
        this.#send(investigation, streak, state);
      }
      investigation.forget();
      for (const member of investigation.members) restart(member, investigation.kind);
      this.#setMarks(investigation, markAfterProgress(investigation, 0, nowMs));
    } else {
      const { isSpaced, kind, base } = investigation;
      const isDue = kind === 'self-wake' && streak - base >= streakThreshold;
      const isCounting = isDue && state.verdict === 'counters';
      if (isCounting && !isSpaced) return true;
      investigation.barrenBursts += 1;
      const isSure =
        investigation.barrenBursts >= MIN_BARREN_BURSTS && !(isCounting && investigation.isOpen());
      if (isSure && isWorthTelling(investigation, state)) this.#send(investigation, streak, state);
      const mark = markAfterBarren(investigation, streak, streakThreshold, nowMs);
      this.#setMarks(investigation, mark);
    }
    investigation.lookedAtMs = nowMs;
    investigation.lookedAtPolls = investigation.row.polls;
    return false;
  }

  #setMarks(investigation: Investigation, mark: number): void {
    const { kind, row } = investigation;
    for (const member of investigation.members) setMark(member, kind, mark);
    // A task whose streaks are broken all the time is looked at again, too.
    const isGathering = investigation.barrenBursts < GATHERING_BURSTS;
    const least = isGathering ? BURST * FIRST_MARK : this.#pollsInInterval(investigation);
    row.barrenMark = row.barrenPolls + Math.max(mark - streakOf(row, kind), least);
  }

  #pollsInInterval(investigation: Investigation): number {
    investigation.intervalMs = Math.min(investigation.intervalMs * 2, MAX_INTERVAL_MS);
    return pollsIn(investigation, investigation.intervalMs, this.#host.nowMs());
  }

  #send(investigation: Investigation, streak: number, state: StateComparison): void {
    const { watch, kind, base } = investigation;
    const gathered = streak - base;
    const worst = watch.worst(BURST - 1);
    investigation.reportedStreak = gathered;
    if (worst) {
      const evidence = { streak: gathered, state, isInsideOnePoll: false };
      this.#host.report(this.#suspicions.emptyReady(investigation, worst, evidence));
    }
    this.#host.report(
      kind === 'cycle'
        ? this.#suspicions.cycle(investigation, gathered, state)
        : this.#suspicions.selfWake(investigation, gathered, state),
    );
  }
}

/** Counters look like those of work until many samples were taken; too few samples say nothing at all. */
function isWorthTelling(investigation: Investigation, state: StateComparison): boolean {
  switch (state.verdict) {
    case 'unseen':
      return investigation.isBlind;
    case 'counters':
      return state.samples >= COUNTED_SAMPLES;
    default:
      return true;
  }
}

/** Progress was seen: what comes is counted from here. */
function restart(row: TaskRow, kind: LookKind): void {
  if (kind === 'cycle') row.hops = row.nextHops = 0;
  else if (kind === 'yield') row.yieldStreak = 0;
  else row.streak = 0;
}
