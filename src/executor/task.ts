/**
 * A task and its waker: who owns what, and how the state moves. After tokio's
 * `runtime/task`, without the atomics.
 *
 *            wake              poll            Pending
 *   IDLE ───────────▶ SCHEDULED ───▶ RUNNING ───────────▶ IDLE
 *                        ▲  ▲           │ wake in the poll
 *                        │  │           ▼
 *              wake, or  │  └─Pending─ NOTIFIED ◀─ wake ─ YIELDED ◀─ yield in the poll
 *              next turn │                                  │
 *                     DEFERRED ◀──────────Pending───────────┘
 *
 *   RUNNING, NOTIFIED, YIELDED ── abort ──▶ ABORTING ── any answer ──▶ DONE
 *   any of them ── Ready, throw ──▶ DONE;  IDLE, SCHEDULED, DEFERRED ── abort ──▶ DONE
 *
 * 1. A task is in the run queue exactly once when SCHEDULED. An abort leaves its entry
 *    behind; entries of tasks that are not SCHEDULED are skipped. The same holds for the
 *    list of deferred tasks and DEFERRED.
 * 2. A wake moves the state at most once until the next poll; all others coalesce.
 *    A wake beats a yield: the task then does not wait for the loop to turn.
 * 3. DONE is final. The future, the outcome's cell and the place among the live tasks are
 *    given up on the way in, so that a waker kept for ever keeps nothing but this shell.
 * 4. The waker points at the task; the task points at the waker (through the context that
 *    it is polled with) only from the wake to the end of the poll. So once a task is idle,
 *    whoever could wake it is all that keeps the waker alive, and a waker lost to the
 *    garbage collector can be seen.
 *    One waker is made per task: a wake brings the same one back.
 */
import { Context } from '../core/context.ts';
import type { Future } from '../core/future.ts';
import { opaque, type Waker, type YieldReason } from '../core/waker.ts';
import type { JoinHandle } from './join-handle.ts';
import type { Recorder, TaskRecord } from './recorder.ts';

export const TaskState = {
  IDLE: 0,
  SCHEDULED: 1,
  DEFERRED: 2,
  RUNNING: 3,
  NOTIFIED: 4,
  YIELDED: 5,
  ABORTING: 6,
  DONE: 7,
} as const;

// An exported constant is loaded and checked at each use, one of the module's own is not.
const { IDLE, SCHEDULED, DEFERRED, RUNNING, NOTIFIED, YIELDED, DONE } = TaskState;

/** What a task needs of its executor. */
export interface Scheduler {
  /** Puts a task that has just become SCHEDULED into the run queue. */
  enqueue(task: Task): void;
  /** Keeps a task that has just become DEFERRED for after the loop's next turn. */
  defer(task: Task): void;
  /** Gives the task up: at once, or at the end of the poll it is in. */
  abort(task: Task): void;
}

export class Task {
  // Declared only, and made by the constructor in this order: what a poll and a wake touch
  // lies in one line of the processor's cache, and a field that is undefined first would
  // never be trusted by the optimizer.
  declare state: number;
  /** Null once DONE. */
  declare future: Future<unknown> | null;
  /** Leads to the waker. Held from a wake to the end of the poll only: rule 4. */
  declare context: Context | null;
  declare readonly recorder: Recorder;
  declare readonly record: TaskRecord;
  declare readonly scheduler: Scheduler;
  declare readonly name: string | null;
  /** Where the outcome goes; null once DONE. */
  declare settlement: JoinHandle<unknown> | null;
  /** The executor's list of live tasks runs through these. */
  declare previous: Task | null;
  declare next: Task | null;

  constructor(
    scheduler: Scheduler,
    recorder: Recorder,
    record: TaskRecord,
    name: string | null,
    future: Future<unknown>,
  ) {
    this.state = SCHEDULED;
    this.future = future;
    this.context = new TaskWaker(this).context;
    this.recorder = recorder;
    this.record = record;
    this.scheduler = scheduler;
    this.name = name;
    this.settlement = null;
    this.previous = null;
    this.next = null;
  }

  get [opaque](): true {
    return true;
  }
}

/** The one waker of a task; its clones are itself. */
class TaskWaker implements Waker {
  declare readonly task: Task;
  /** Made once, handed to every poll. */
  declare readonly context: Context;

  constructor(task: Task) {
    this.task = task;
    this.context = new Context(this);
  }

  get [opaque](): true {
    return true;
  }

  wakeByRef(): void {
    const task = this.task;
    const state = task.state;
    if (state === DONE) return;
    task.recorder.woken(task.record);
    if (state === RUNNING || state === YIELDED) {
      task.state = NOTIFIED;
    } else if (state === IDLE || state === DEFERRED) {
      task.state = SCHEDULED;
      task.context = this.context;
      task.scheduler.enqueue(task);
    }
  }

  wake(): void {
    this.wakeByRef();
    this.drop();
  }

  yieldByRef(reason: YieldReason): void {
    const task = this.task;
    const state = task.state;
    if (state === DONE) return;
    task.recorder.yielded(task.record, reason);
    if (state === RUNNING) {
      task.state = YIELDED;
    } else if (state === IDLE) {
      task.state = DEFERRED;
      task.context = this.context;
      task.scheduler.defer(task);
    }
  }

  clone(): TaskWaker {
    const task = this.task;
    if (task.state !== DONE) task.recorder.wakerCloned(task.record);
    return this;
  }

  drop(): void {
    const task = this.task;
    if (task.state !== DONE) task.recorder.wakerDropped(task.record);
  }

  willWake(other: Waker): boolean {
    return other === this;
  }
}
