/**
 * Looks closer at tasks that reached a mark, and turns what it learns into suspicions.
 * It decides nothing: a suspicion is evidence with numbers, and rules judge it.
 *
 * Course of a look: at a mark a burst begins (the next few polls are sampled one by one);
 * when it ends, what is known so far becomes a suspicion, sent under the same id each
 * time it grows. The next mark lies at twice the streak while the first bursts are taken,
 * then at growing intervals of time. A task whose state shows progress is let go, and
 * looked at again ever more rarely.
 */
import type {
  CycleSuspicion,
  EmptyReadySuspicion,
  Layer,
  Place,
  SelfWakeSuspicion,
  StateComparison,
} from '../../model/recording.ts';
import { captureFrames, type Frame } from '../../trace/call-sites.ts';
import { layersIn, pollMethodsOf } from '../../trace/object-graph.ts';
import { type Blame, blameFromFrames, blameOutside, chainThrough, withoutCore } from './blame.ts';
import type { FruitlessLayer } from './fruitless-watch.ts';
import { BURST, Investigation, type WakeStack } from './investigation.ts';
import type { TapOperation } from './layer-tap.ts';
import type { SuspicionHost } from './suspicion-host.ts';
import { FIRST_MARK, type TaskRow } from './task-row.ts';
import { typeNameOf } from './unit-table.ts';

const STACK_DEPTH = 100;
/** Bursts that must agree before anything is said. */
const MIN_BARREN_BURSTS = 2;
/** Tasks looked at at a time; others wait for their next mark. */
const MAX_INVESTIGATIONS = 64;
/** Longest time between two looks at a task that keeps a streak, milliseconds. */
const MAX_INTERVAL_MS = 2000;
/** The same for a task that was seen to work: it may begin to spin at any time. */
const MAX_HEALTHY_INTERVAL_MS = 400;
/** A call that answers fruitlessly this often in a row within one poll is told at once. */
const MAX_CYCLE = 16;

type Kind = 'self-wake' | 'yield' | 'cycle' | 'microtask';

export class Investigator {
  readonly #host: SuspicionHost;
  readonly #open = new Map<TaskRow, Investigation>();
  #barren: { seq: number; marks: number; stacks: Frame[][] } = { seq: -1, marks: 0, stacks: [] };

  constructor(host: SuspicionHost) {
    this.#host = host;
  }

  get hasSuspects(): boolean {
    return this.#open.size > 0;
  }

  /** Tasks that deserve to be listed in a recording. */
  suspects(): Iterable<TaskRow> {
    return this.#open.keys();
  }

  forget(row: TaskRow): void {
    this.#open.get(row)?.end();
    this.#open.delete(row);
  }

  close(): void {
    for (const investigation of this.#open.values()) investigation.end();
    this.#open.clear();
  }

  /** A wake while stacks are wanted. */
  onCapturedWake(row: TaskRow, by: TaskRow | null): void {
    row.captures -= 1;
    const frames = captureFrames(this.onCapturedWake, STACK_DEPTH);
    this.#open.get(row)?.keepStack({ frames, polled: by?.future ?? null });
  }

  /** A mark was reached after a poll. Sets the next one. */
  look(row: TaskRow, kind: Kind): void {
    const streak = streakOf(row, kind);
    const investigation = this.#investigationOf(row);
    if (!investigation) {
      setMark(row, kind, streak * 2 + FIRST_MARK);
      return;
    }
    if (investigation.samplesLeft === 0) {
      investigation.begin();
      setMark(row, kind, streak + 1);
      return;
    }
    investigation.sample(this.#host.nowMs(), streak);
    if (investigation.samplesLeft > 0) {
      setMark(row, kind, streak + 1);
      return;
    }
    this.#conclude(investigation, kind, streak);
    investigation.end();
  }

  /** ReadBufs were touched again and again within one poll, and none of them grew. */
  onBarrenTouches(): void {
    const row = this.#host.currentTask();
    if (!row) return;
    const seq = this.#host.pollSeq();
    if (this.#barren.seq !== seq) this.#barren = { seq, marks: 0, stacks: [] };
    this.#barren.marks += 1;
    const investigation = this.#investigationOf(row);
    if (!investigation) return;
    investigation.watch.install(row.future, investigation.layers());
    if (this.#barren.stacks.length < 8) {
      this.#barren.stacks.push(captureFrames(this.onBarrenTouches, STACK_DEPTH));
    }
    investigation.sample(this.#host.nowMs(), this.#barren.marks);
    const { marks, stacks } = this.#barren;
    const worst = investigation.watch.worst(this.#host.streakThreshold);
    if (worst && worst.inOnePoll >= this.#host.streakThreshold)
      this.#reportInsidePoll(investigation, worst);
    else if (marks >= 16 && marks % 16 === 0)
      this.#reportUnseenReader(investigation, stacks, marks);
    const error = this.#host.breakOff(row);
    if (error) {
      investigation.end();
      throw error;
    }
  }

  /**
   * The running poll has lasted for long. Its layers are watched from now on, so that a
   * loop over answers that bring nothing is seen. Calls no code of the program, and no
   * inspector: it may be called from a pause.
   */
  onStuckPoll(row: TaskRow): void {
    const investigation = this.#investigationOf(row);
    investigation?.watch.install(row.future, layersIn(row.future, null));
  }

  #investigationOf(row: TaskRow): Investigation | null {
    const known = this.#open.get(row);
    if (known) return known;
    if (this.#open.size >= MAX_INVESTIGATIONS) this.#makeRoom();
    if (this.#open.size >= MAX_INVESTIGATIONS) return null;
    const made = new Investigation(row, this.#host, (task, layer) =>
      this.#onFruitless(task, layer),
    );
    this.#open.set(row, made);
    return made;
  }

  /** Lets go of the task that was looked at longest ago and never reported. */
  #makeRoom(): void {
    for (const [row, investigation] of this.#open) {
      if (investigation.isReported) continue;
      this.forget(row);
      return;
    }
  }

  #conclude(investigation: Investigation, kind: Kind, streak: number): void {
    const { row } = investigation;
    const { watch } = investigation;
    const state: StateComparison =
      watch.achieved === null
        ? investigation.compare()
        : { ...investigation.compare(), verdict: 'progress', moved: [watch.achieved] };
    watch.achieved = null;
    const nowMs = this.#host.nowMs();
    if (state.verdict === 'progress') {
      if (investigation.isReported) this.#send(investigation, kind, streak, state);
      investigation.forget();
      investigation.intervalMs = Math.min(investigation.intervalMs * 2, MAX_HEALTHY_INTERVAL_MS);
      setMark(row, kind, this.#markIn(investigation, streak, nowMs));
    } else {
      investigation.barrenBursts += 1;
      const isSure = investigation.barrenBursts >= MIN_BARREN_BURSTS;
      if (isSure && state.verdict !== 'unseen') this.#send(investigation, kind, streak, state);
      setMark(row, kind, this.#nextMark(investigation, kind, streak, nowMs));
    }
    row.barrenMark = row.barrenPolls + (this.#markIn(investigation, 0, nowMs) || FIRST_MARK);
    investigation.lookedAtMs = nowMs;
    investigation.lookedAtPolls = row.polls;
  }

  /** Twice the streak while the first bursts are taken, with one mark right at the threshold. */
  #nextMark(investigation: Investigation, kind: Kind, streak: number, nowMs: number): number {
    const threshold = this.#host.streakThreshold;
    const base = kind === 'yield' ? 16 * threshold : threshold;
    if (streak < base) {
      // The last burst before the threshold ends right at it.
      const last = base - BURST;
      const next = Math.max(streak * 2, streak + 16);
      return streak < last && next > last ? last : Math.min(next, Math.max(last, streak + 1));
    }
    investigation.intervalMs = Math.min(investigation.intervalMs * 2, MAX_INTERVAL_MS);
    return this.#markIn(investigation, streak, nowMs);
  }

  /** The streak that will be reached after the investigation's interval, at the present speed. */
  #markIn(investigation: Investigation, streak: number, nowMs: number): number {
    const elapsed = Math.max(nowMs - investigation.lookedAtMs, 0.01);
    const perMs = (investigation.row.polls - investigation.lookedAtPolls) / elapsed;
    return streak + Math.max(FIRST_MARK, Math.round(perMs * investigation.intervalMs));
  }

  #send(investigation: Investigation, kind: Kind, streak: number, state: StateComparison): void {
    const { row, watch } = investigation;
    const worst = watch.worst(BURST - 1);
    investigation.isReported = true;
    if (worst) {
      this.#host.report(this.#emptyReady(investigation, worst, streak, state, false));
    }
    if (kind === 'cycle') {
      const cycle = this.#cycle(investigation, state);
      if (cycle) this.#host.report(cycle);
      return;
    }
    const blame = this.#blame(investigation);
    const suspicion: SelfWakeSuspicion = {
      kind: 'self-wake',
      id: `self-wake:${row.id}`,
      ...this.#base(investigation, blame, state),
      via: kind === 'self-wake' ? 'waker' : kind,
      streak,
      meanPollNs: meanPollNs(row),
    };
    this.#host.report(suspicion);
  }

  /** The most frequent stack's verdict; for a wake without a poll on its stack, the task's type. */
  #blame(investigation: Investigation): Blame {
    const { row, stacks } = investigation;
    const { mapper, hidden } = this.#host;
    const counted = new Map<string, { stack: WakeStack; count: number }>();
    for (const stack of stacks) {
      const key = stack.frames.map((f) => `${f.url}:${f.line}:${f.column}`).join('\n');
      const known = counted.get(key);
      if (known) known.count += 1;
      else counted.set(key, { stack, count: 1 });
    }
    for (const { stack } of [...counted.values()].sort((a, b) => b.count - a.count)) {
      const { frames, polled } = stack;
      const blame =
        polled === null
          ? blameOutside(frames, investigation.layers(), mapper, hidden)
          : blameFromFrames(frames, investigation.layersOf(polled), mapper);
      if (blame) return blame;
    }
    return this.#taskBlame(investigation, row);
  }

  #taskBlame(investigation: Investigation, row: TaskRow): Blame {
    const layers = investigation.layers();
    const root = layers[0];
    const name = typeNameOf(row.future) ?? this.#unitName(row.unit);
    const chain: Layer[] = root
      ? chainThrough(root, layers)
      : [{ name, unit: row.unit, place: null, isGuilty: true }];
    return { name, place: this.#methodPlace(row.future, 'poll'), chain, node: root ?? null };
  }

  /** Where a poll method of an object is written. */
  #methodPlace(object: object, preferred: string): Place | null {
    const name = pollMethodsOf(object).includes(preferred) ? preferred : pollMethodsOf(object)[0];
    const own: unknown = name === undefined ? undefined : (object as Record<string, unknown>)[name];
    const proto: unknown = name === undefined ? undefined : Object.getPrototypeOf(object)?.[name];
    const fn = typeof proto === 'function' ? proto : own;
    if (typeof fn !== 'function') return null;
    const at = this.#host.hidden.locationOf(fn as (...args: never[]) => unknown);
    if (!at) return null;
    const typeName = typeNameOf(object);
    const functionName = name ?? null;
    const frame = { ...at, functionName, methodName: functionName, typeName, isToplevel: false };
    return this.#host.mapper.place(frame);
  }

  #unitName(id: number): string {
    return this.#host.units.units.find((unit) => unit.id === id)?.name ?? 'future';
  }

  #base(investigation: Investigation, blame: Blame, state: StateComparison) {
    const { row } = investigation;
    const unit = this.#host.units.named('future', blame.name, blame.place);
    return {
      at: this.#host.nowNs(),
      since: this.#host.nsOf(investigation.sinceMs),
      task: row.id,
      unit: unit.id,
      place: blame.place,
      chain: blame.chain.map((layer) =>
        layer.isGuilty ? { ...layer, unit: unit.id, place: layer.place ?? blame.place } : layer,
      ),
      attribution:
        investigation.stacks.length > 0 ? ('call-sites' as const) : ('task-type' as const),
      state,
    };
  }

  #emptyReady(
    investigation: Investigation,
    worst: FruitlessLayer,
    streak: number,
    state: StateComparison,
    isInsideOnePoll: boolean,
  ): EmptyReadySuspicion {
    const { row } = investigation;
    const { object } = worst.node;
    const name = typeNameOf(object) ?? '(object)';
    const layers = investigation.layers();
    const node = layers.find((layer) => layer.object === object) ?? worst.node;
    const elapsedMs = Math.max(this.#host.nowMs() - investigation.lookedAtMs, 0.001);
    const place = this.#methodPlace(object, METHOD_OF[worst.operation]);
    // What this package's own layers answer is right; who asks them again is at fault.
    const caller = this.#isOwn(object, METHOD_OF[worst.operation])
      ? blameFromFrames(withoutCore(worst.frames), layers, this.#host.mapper)
      : null;
    const blame: Blame = caller ?? { name, place, chain: chainThrough(node, layers), node };
    return {
      kind: 'empty-ready',
      id: `empty-ready:${row.id}:${name}:${worst.operation}`,
      ...this.#base(investigation, blame, state),
      attribution: 'tap',
      operation: worst.operation === 'poll' ? 'next' : worst.operation,
      streak: Math.max(streak, worst.inARow),
      isInsideOnePoll,
      perSecond: Math.round(
        ((isInsideOnePoll ? worst.inARow : row.polls - investigation.lookedAtPolls) * 1000) /
          elapsedMs,
      ),
    };
  }

  #isOwn(object: object, method: string): boolean {
    const fn: unknown = Object.getPrototypeOf(object)?.[method];
    return typeof fn === 'function' && this.#host.isForeign(fn as (...args: never[]) => unknown);
  }

  /** Fruitless answers within one poll that never gives way: seen only from inside. */
  #onFruitless(row: TaskRow, layer: FruitlessLayer): void {
    const { streakThreshold } = this.#host;
    if (layer.inOnePoll % streakThreshold !== 0) return;
    const investigation = this.#open.get(row);
    if (!investigation) return;
    investigation.sample(this.#host.nowMs(), layer.inOnePoll);
    if (layer.inOnePoll >= 4 * streakThreshold) this.#reportInsidePoll(investigation, layer);
    const error = this.#host.breakOff(row);
    if (error) throw error;
  }

  #reportInsidePoll(investigation: Investigation, worst: FruitlessLayer): void {
    const state = investigation.compare();
    if (state.verdict === 'progress' || state.verdict === 'unseen') return;
    investigation.isReported = true;
    this.#host.report(this.#emptyReady(investigation, worst, worst.inOnePoll, state, true));
  }

  /** Nobody's object could be tapped: the deepest poll frame that touched a buffer is named. */
  #reportUnseenReader(investigation: Investigation, stacks: Frame[][], marks: number): void {
    const state = investigation.compare();
    if (state.verdict === 'progress' || state.verdict === 'unseen') return;
    const { row } = investigation;
    const deepest = stacks
      .map((frames) => blameFromFrames(frames, investigation.layers(), this.#host.mapper))
      .filter((blame): blame is Blame => blame !== null)
      .sort((a, b) => b.chain.length - a.chain.length)[0];
    if (!deepest) return;
    investigation.isReported = true;
    this.#host.report({
      kind: 'empty-ready',
      id: `empty-ready:${row.id}:${deepest.name}:read`,
      ...this.#base(investigation, deepest, state),
      attribution: 'call-sites',
      operation: 'read',
      streak: marks * 256,
      isInsideOnePoll: true,
      perSecond: Math.round(
        (marks * 256_000) / Math.max(this.#host.nowMs() - investigation.sinceMs, 1),
      ),
    });
  }

  /** Follows who woke whom until the chain closes. Null when it does not. */
  #cycle(investigation: Investigation, state: StateComparison): CycleSuspicion | null {
    const { row } = investigation;
    const path: TaskRow[] = [row];
    for (let at = row.wokenBy; at !== null && path.length <= MAX_CYCLE; at = at.wokenBy) {
      const start = path.indexOf(at);
      if (start < 0) {
        path.push(at);
        continue;
      }
      const members = path.slice(start).sort((a, b) => a.id - b.id);
      if (members.length < 2) return null;
      const first = members[0]!;
      return {
        kind: 'cycle',
        id: `cycle:${members.map((m) => m.id).join('-')}`,
        ...this.#base(investigation, this.#blame(investigation), state),
        task: first.id,
        hops: Math.max(...members.map((m) => m.hops)),
        meanPollNs: meanPollNs(row),
        members: members.map((m) => ({
          task: m.id,
          unit: m.unit,
          place: this.#methodPlace(m.future, 'poll'),
          wakes: m.wokenByCount,
        })),
      };
    }
    return null;
  }
}

const METHOD_OF: Readonly<Record<TapOperation, string>> = {
  poll: 'poll',
  read: 'pollRead',
  write: 'pollWrite',
  fill: 'pollFillBuf',
  next: 'pollNext',
};

function meanPollNs(row: TaskRow): number {
  return row.timedPolls === 0 ? 0 : Math.round(row.busyNs / row.timedPolls);
}

function streakOf(row: TaskRow, kind: Kind): number {
  switch (kind) {
    case 'yield':
      return row.yieldStreak;
    case 'cycle':
      return row.hops;
    case 'microtask':
    case 'self-wake':
      return row.streak;
  }
}

function setMark(row: TaskRow, kind: Kind, mark: number): void {
  switch (kind) {
    case 'yield':
      row.yieldMark = mark;
      return;
    case 'cycle':
      row.hopMark = mark;
      return;
    case 'microtask':
    case 'self-wake':
      row.mark = mark;
  }
}
