/**
 * The recorder that counts: DESIGN's numbers per unit in shared rows, and per task the
 * streaks that make it worth a look. The hot path is arithmetic on typed arrays and plain
 * fields; nothing is allocated, and one poll in 64 reads a clock.
 *
 * A poll is *barren* when it answered Pending, woke its own task, brought no progress, and
 * nothing outside had caused it. A *streak* is a run of barren polls. *Hops* count wakes
 * since the last ground along the chain of tasks that woke each other, so that in a cycle
 * which nothing feeds they grow without end, and in a healthy program they stay small.
 */
import { performance } from 'node:perf_hooks';
import type { Future } from '../../core/future.ts';
import { ProgressCell, progressCells } from '../../core/progress.ts';
import type { Waker, YieldReason } from '../../core/waker.ts';
import type { Recorder, TaskRecord } from '../../executor/recorder.ts';
import { COUNTER_INDEX } from '../../model/counters.ts';
import { LIVE_STACK_SIZE, LiveCell, newLiveCells } from '../../model/live-cells.ts';
import { captureFrames, type Frame } from '../../trace/call-sites.ts';
import type { EdgeTable } from './edge-table.ts';
import { Cause, TaskRow } from './task-row.ts';
import { ROW_SIZE, type UnitTable } from './unit-table.ts';

// What the hot path reads of other modules, as constants of this one: an imported binding is
// loaded and checked at each use.
const C = COUNTER_INDEX;
const { polls: POLLS, pendings: PENDINGS, readies: READIES, wakes: WAKES } = C;
const { selfWakes: SELF_WAKES, selfWokenPendings: SELF_WOKEN_PENDINGS } = C;
const { POLL_SEQ, POLLING_TASK, POLLING_UNIT, DEPTH, STACK } = LiveCell;
const { NONE, INSIDE, OUTSIDE } = Cause;
const { PROGRESS } = ProgressCell;
const cells = progressCells;
/** One poll in this many is timed. */
const TIMED_EVERY = 64;

/** What looks closer when a mark is reached. All rare. */
export interface Watcher {
  /** A streak of barren polls reached `row.mark`, or barren polls in all `row.barrenMark`. */
  onStreak(row: TaskRow): void;
  onYieldStreak(row: TaskRow): void;
  /** Woken by other tasks with no ground for `row.hopMark` hops. */
  onHops(row: TaskRow): void;
  /** Woken from outside, for nothing, `row.outsideMark` times in a row. */
  onOutsideStreak(row: TaskRow): void;
  /** A wake while `row.captures` > 0: the stack holds who did it. `by` is the task being polled. */
  onCapturedWake(row: TaskRow, by: TaskRow | null): void;
  /** A wake from outside while `row.isProbed`. */
  onProbedWake(row: TaskRow): void;
  /** A poll begins while `row.isWatched`. */
  onWatchedPoll(row: TaskRow): void;
  /** A waker was made; it is lost when it is collected while the task waits. */
  onWaker(row: TaskRow, waker: Waker): void;
  onCompleted(row: TaskRow): void;
}

export class CountingRecorder implements Recorder {
  readonly isOn = true;
  readonly live = newLiveCells();
  readonly edges: EdgeTable;
  /** The task being polled now. */
  current: TaskRow | null = null;
  /** Live tasks, densely; a row knows its slot. */
  readonly tasks: TaskRow[] = [];
  readonly #units: UnitTable;
  readonly #rows: Float64Array;
  readonly #watcher: Watcher;
  #nextTask = 1;
  /** Polls until the next one that is timed. */
  #untimed = TIMED_EVERY;
  /** Of the running poll: progress when it began, and the time, milliseconds; 0 when it is not timed. */
  #progressBefore = 0;
  #startedAt = 0;

  constructor(units: UnitTable, edges: EdgeTable, watcher: Watcher) {
    this.#units = units;
    this.#rows = units.rows;
    this.edges = edges;
    this.#watcher = watcher;
  }

  spawned(
    future: Future<unknown>,
    name: string | null,
    below: (...args: never[]) => unknown,
  ): TaskRow {
    const frame = captureFrames(below, 1)[0] ?? null;
    const unit = this.#units.ofFuture(future, frame);
    return this.spawnedAs(future, unit.id, name, frame);
  }

  /** {@link spawned}, for a future whose unit is known. */
  spawnedAs(
    future: object | WeakRef<object>,
    unit: number,
    name: string | null,
    frame: Frame | null,
  ): TaskRow {
    const row = new TaskRow(this.#nextTask++, unit, unit * ROW_SIZE, future, name, frame);
    row.slot = this.tasks.push(row) - 1;
    this.#rows[row.base + C.spawned]! += 1;
    return row;
  }

  wakerMade(record: TaskRecord, waker: Waker): void {
    this.#watcher.onWaker(record as TaskRow, waker);
  }

  pollStarted(record: TaskRecord): void {
    const row = record as TaskRow;
    const live = this.live;
    if (this.current !== null) this.#interrupt(row, this.current);
    this.current = row;
    row.polls += 1;
    this.#rows[row.base + POLLS]! += 1;
    live[POLL_SEQ]! += 1;
    live[POLLING_TASK] = row.id;
    live[POLLING_UNIT] = row.unit;
    live[DEPTH] = 1;
    live[STACK] = row.unit;
    row.selfWoken = 0;
    row.yielded = 0;
    row.cause = row.nextCause;
    const from = row.hopsFrom;
    row.hops = from !== null && from.groundPoll === row.hopsFromPoll ? 0 : row.nextHops;
    row.hopsFrom = null;
    row.nextCause = NONE;
    row.nextHops = 0;
    this.#progressBefore = cells[PROGRESS]!;
    this.#untimed -= 1;
    if (row.isTimed || this.#untimed <= 0) this.#startClock(row);
  }

  pollEnded(record: TaskRecord, isReady: boolean): Error | null {
    const row = record as TaskRow;
    const rows = this.#rows;
    const isFruitless = cells[PROGRESS]! === this.#progressBefore;
    if (!isFruitless) row.groundPoll = row.polls;
    this.#leave(row);
    if (isReady) {
      rows[row.base + READIES]! += 1;
      return null;
    }
    row.pendings += 1;
    rows[row.base + PENDINGS]! += 1;
    const isBarren = isFruitless && row.cause !== OUTSIDE;
    if (row.selfWoken > 0 || (row.armedVia !== null && row.cause === INSIDE)) {
      row.selfWokenPendings += 1;
      rows[row.base + SELF_WOKEN_PENDINGS]! += 1;
      row.yieldStreak = 0;
      row.outsideStreak = 0;
      if (isBarren) return this.#barren(row);
      row.streak = 0;
      return null;
    }
    return row.yielded > 0 ? this.#yieldedPoll(row, isBarren) : this.#parkedPoll(row, isFruitless);
  }

  pollThrew(record: TaskRecord): void {
    const row = record as TaskRow;
    this.#leave(row);
    this.#rows[row.base + C.panics]! += 1;
  }

  woken(record: TaskRecord): void {
    const row = record as TaskRow;
    if (row.isDone) return;
    const current = this.current;
    const rows = this.#rows;
    rows[row.base + WAKES]! += 1;
    if (current === row) {
      row.selfWoken += 1;
      rows[row.base + SELF_WAKES]! += 1;
      const depth = this.live[DEPTH]!;
      if (depth > 1) this.#countLayer(depth, SELF_WAKES);
      this.#wokenInside(row, row);
      if (row.captures > 0) this.#watcher.onCapturedWake(row, row);
    } else if (current !== null) {
      this.#wokenInside(row, current);
      if (row.wokenBy === current) row.wokenByCount += 1;
      else {
        row.wokenBy = current;
        row.wokenByCount = 1;
        row.edge = this.edges.slotOf(current.unit, row.unit);
      }
      this.edges.note(row.edge);
      if (row.captures > 0) this.#watcher.onCapturedWake(row, current);
    } else {
      if (row.isProbed) this.#watcher.onProbedWake(row);
      if (row.armedVia === null) {
        row.nextCause = OUTSIDE;
        row.nextHops = 0;
      } else {
        if (row.nextCause === NONE) row.nextCause = INSIDE;
        if (row.captures > 0) this.#watcher.onCapturedWake(row, null);
      }
    }
  }

  yielded(record: TaskRecord, reason: YieldReason): void {
    const row = record as TaskRow;
    if (row.isDone) return;
    row.yielded += 1;
    this.#rows[row.base + (reason === 'budget' ? C.forcedYields : C.yields)]! += 1;
    if (row.nextCause === NONE) row.nextCause = INSIDE;
  }

  wakerCloned(record: TaskRecord): void {
    this.#rows[(record as TaskRow).base + C.clones]! += 1;
  }

  wakerDropped(record: TaskRecord): void {
    this.#rows[(record as TaskRow).base + C.drops]! += 1;
  }

  completed(record: TaskRecord): void {
    const row = record as TaskRow;
    if (row.isDone) return;
    row.isDone = true;
    this.#rows[row.base + C.completed]! += 1;
    const last = this.tasks.pop();
    if (last !== undefined && last !== row) {
      this.tasks[row.slot] = last;
      last.slot = row.slot;
    }
    row.slot = -1;
    row.wokenBy = null;
    this.#watcher.onCompleted(row);
  }

  /** Instrumented layers: `unit` is polled inside the running poll. */
  layerEntered(unit: number): void {
    const live = this.live;
    const depth = live[DEPTH]!;
    if (depth < LIVE_STACK_SIZE) live[STACK + depth] = unit;
    live[DEPTH] = depth + 1;
  }

  layerLeft(): void {
    this.live[DEPTH]! -= 1;
  }

  /** The innermost instrumented layer being polled; 0 when there is none. */
  topLayer(): number {
    const depth = Math.min(this.live[DEPTH]!, LIVE_STACK_SIZE);
    return depth === 0 ? 0 : this.live[STACK + depth - 1]!;
  }

  /** A read that a helper of the core saw answered Ready. */
  countRead(unit: number, bytes: number, room: number): void {
    const base = unit * ROW_SIZE;
    this.#rows[base + C.reads]! += 1;
    if (bytes > 0) this.#rows[base + C.bytesRead]! += bytes;
    else if (room > 0) this.#rows[base + C.emptyReads]! += 1;
  }

  countWrite(unit: number, bytes: number, offered: number): void {
    const base = unit * ROW_SIZE;
    this.#rows[base + C.writes]! += 1;
    if (bytes > 0) this.#rows[base + C.bytesWritten]! += bytes;
    else if (offered > 0) this.#rows[base + C.emptyWrites]! += 1;
  }

  #countLayer(depth: number, counter: number): void {
    const unit = this.live[STACK + Math.min(depth, LIVE_STACK_SIZE) - 1]!;
    this.#rows[unit * ROW_SIZE + counter]! += 1;
  }

  /** The least of the wakers' hops; progress that a waker makes after the wake still counts. */
  #wokenInside(row: TaskRow, by: TaskRow): void {
    if (row.nextCause === OUTSIDE) return;
    const hops = by.cause === OUTSIDE ? 1 : by.hops + 1;
    if (row.nextCause === INSIDE && row.nextHops <= hops) return;
    row.nextHops = hops;
    row.nextCause = INSIDE;
    row.hopsFrom = by;
    row.hopsFromPoll = by.polls;
  }

  #leave(row: TaskRow): void {
    const { live } = this;
    const outer = row.outer;
    if (this.#startedAt !== 0) this.#stopClock(row);
    this.current = outer;
    if (outer === null) {
      live[POLLING_TASK] = 0;
      live[DEPTH] = 0;
    } else this.#backTo(outer, row);
  }

  /** A poll that drives another executor: what is known of it waits in the row of the other. */
  #interrupt(inner: TaskRow, outer: TaskRow): void {
    inner.outer = outer;
    inner.outerProgressBefore = this.#progressBefore;
    inner.outerStartedAt = this.#startedAt;
    this.#startedAt = 0;
  }

  #backTo(outer: TaskRow, inner: TaskRow): void {
    const live = this.live;
    inner.outer = null;
    this.#progressBefore = inner.outerProgressBefore;
    this.#startedAt = inner.outerStartedAt;
    live[POLLING_TASK] = outer.id;
    live[POLLING_UNIT] = outer.unit;
    live[DEPTH] = 1;
    live[STACK] = outer.unit;
  }

  /** One poll in {@link TIMED_EVERY}, and those of a task under suspicion. */
  #startClock(row: TaskRow): void {
    if (row.isWatched) this.#watcher.onWatchedPoll(row);
    if (this.#untimed <= 0) this.#untimed = TIMED_EVERY;
    this.#startedAt = performance.now();
  }

  #stopClock(row: TaskRow): void {
    const ns = (performance.now() - this.#startedAt) * 1e6;
    this.#startedAt = 0;
    row.busyNs += ns;
    row.timedPolls += 1;
    this.#rows[row.base + C.busyNs]! += ns;
    this.#rows[row.base + C.timedPolls]! += 1;
  }

  #barren(row: TaskRow): Error | null {
    const rows = this.#rows;
    row.barrenPolls += 1;
    rows[row.base + C.barrenPolls]! += 1;
    const streak = row.streak + 1;
    row.streak = streak;
    if (streak > row.longestStreak) {
      row.longestStreak = streak;
      if (streak > rows[row.base + C.longestStreak]!) rows[row.base + C.longestStreak] = streak;
    }
    if (streak >= row.mark || row.barrenPolls >= row.barrenMark) {
      this.#watcher.onStreak(row);
      return row.condemned;
    }
    return null;
  }

  #yieldedPoll(row: TaskRow, isBarren: boolean): Error | null {
    row.streak = 0;
    row.outsideStreak = 0;
    row.yieldStreak = isBarren ? row.yieldStreak + 1 : 0;
    if (row.yieldStreak < row.yieldMark) return null;
    this.#watcher.onYieldStreak(row);
    return row.condemned;
  }

  #parkedPoll(row: TaskRow, isFruitless: boolean): Error | null {
    row.streak = 0;
    row.yieldStreak = 0;
    if (isFruitless && row.cause !== OUTSIDE) {
      row.outsideStreak = 0;
      if (row.hops < row.hopMark) return null;
      this.#watcher.onHops(row);
      return row.condemned;
    }
    row.outsideStreak = isFruitless ? row.outsideStreak + 1 : 0;
    if (row.outsideStreak < row.outsideMark) return null;
    this.#watcher.onOutsideStreak(row);
    return row.condemned;
  }
}
