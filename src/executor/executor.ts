import type { Context } from '../core/context.ts';
import { DEFAULT_BUDGET, setBudget } from '../core/coop.ts';
import { type Future, isFuture } from '../core/future.ts';
import type { Poll, Ready } from '../core/poll.ts';
import { ProgressCell, progressCells } from '../core/progress.ts';
import { useTimerDriver } from '../core/time.ts';
import { opaque } from '../core/waker.ts';
import { enterExecutor, type SpawnOptions, type Spawner } from './current.ts';
import { defaultRecorder } from './default-recorder.ts';
import { AbortedError, ExecutorError } from './executor-error.ts';
import { JoinHandle } from './join-handle.ts';
import { noopRecorder, type Recorder } from './recorder.ts';
import { RunQueue } from './run-queue.ts';
import { type Scheduler, Task, TaskState } from './task.ts';
import { type ExecutorClock, systemClock, TimerHeap } from './timer-heap.ts';

// The module's own constants cost nothing in the hot loop; imported ones are loaded and checked.
const { IDLE, SCHEDULED, DEFERRED, RUNNING, NOTIFIED, YIELDED, ABORTING, DONE } = TaskState;
const { BARREN_TOUCHES } = ProgressCell;
const cells = progressCells;
const refillBudget = setBudget;

/** Polls in one slice, whatever they cost: about as many as make a turn of the loop cheap. */
const SLICE_POLLS = 8192;
/** A slice's length. Sockets and timers wait for it, so it bounds what they can be late by. */
const DEFAULT_SLICE_MS = 5;
/**
 * The clock costs 50 to 100 ns, so it is read after 1, 2, 4 … polls of a slice and then
 * every so many: long polls are noticed at once, short ones hardly pay for it.
 */
const MAX_CLOCK_STRIDE = 256;

/** As good as none. */
const MAX_BUDGET = 2 ** 30 - 1;

export interface ExecutorOptions {
  /** Who is told of every poll and wake. Default: what {@link setDefaultRecorder} provides, else nobody. */
  recorder?: Recorder;
  /** A monitor of this package, or whatever else brings a recorder. `recorder` wins. */
  monitor?: { readonly recorder: Recorder };
  /** Operations per poll before leaves give way (tokio: 128). `Infinity` switches it off. */
  budget?: number;
  /** Milliseconds of polling after which the event loop turns. Default 5. */
  sliceMs?: number;
  /** For people. */
  name?: string;
  /**
   * Told of each error that a poll or a `drop` threw and that nobody had joined yet.
   * Default: it becomes an unhandled rejection, like that of an async function that was
   * called without `await`: Node's `unhandledRejection` decides, and the error stays
   * joinable. An abort is no panic.
   */
  onPanic?: (error: unknown, taskName: string | null) => void;
  /** Clock of timers and slices; injected in tests. */
  clock?: ExecutorClock;
}

/** Counts since the executor was made, and lengths now. */
export interface ExecutorMetrics {
  polls: number;
  /** Slices run: turns of the event loop in which this executor polled. */
  slices: number;
  spawned: number;
  /** Ready, thrown or aborted. */
  completed: number;
  liveTasks: number;
  /** Woken, not yet polled. Aborted entries not yet skipped are counted too. */
  queuedTasks: number;
  /** Yielded: wait for the loop's next turn. */
  deferredTasks: number;
  timers: number;
}

/** A task that has not ended. */
export interface LiveTask {
  name: string | null;
  future: Future<unknown>;
  /** tokio-console's words: being polled; woken, not yet polled; waiting to be woken. */
  state: 'busy' | 'scheduled' | 'idle';
}

/**
 * A single-threaded executor on Node's event loop: port of tokio's `current_thread`
 * runtime.
 *
 * Tasks that were woken are polled in slices, first in, first out, from `setImmediate`:
 * after a slice (8,192 polls or `sliceMs`) the loop turns, so that a task that always
 * wakes itself starves neither sockets nor timers nor promises. A task that yields is
 * polled in a later slice, after everything that was ready. While a task is runnable or
 * a timer runs the process stays alive; tasks that merely wait do not hold it.
 *
 * Deliberate differences from tokio: `blockOn` answers a promise, since nothing can block
 * here; an abort drops the future at once; leaves that were polled on one executor may be
 * woken from anywhere, but there is only one thread.
 */
export class Executor implements Scheduler, Spawner {
  readonly name: string | null;
  readonly #recorder: Recorder;
  readonly #budget: number;
  readonly #sliceMs: number;
  readonly #onPanic: ExecutorOptions['onPanic'];
  readonly #clock: ExecutorClock;
  readonly #timers: TimerHeap;
  readonly #queue = new RunQueue<Task>();
  readonly #deferred = new RunQueue<Task>();
  #firstTask: Task | null = null;
  #lastTask: Task | null = null;
  /** The next slice is arranged, or one is running: nobody else has to arrange it. */
  #isArmed = false;
  #isRunning = false;
  #isShutDown = false;
  #immediate: NodeJS.Immediate | null = null;
  #polls = 0;
  #slices = 0;
  #spawned = 0;
  #completed = 0;
  readonly #onImmediate = (): void => {
    this.#immediate = null;
    this.#runSlice();
  };

  constructor(options: ExecutorOptions = {}) {
    this.name = options.name ?? null;
    this.#recorder =
      options.recorder ?? options.monitor?.recorder ?? defaultRecorder() ?? noopRecorder;
    // Kept a small integer: infinity would be boxed anew at every poll.
    this.#budget = Math.min(positive('budget', options.budget ?? DEFAULT_BUDGET), MAX_BUDGET);
    this.#sliceMs = positive('sliceMs', options.sliceMs ?? DEFAULT_SLICE_MS);
    this.#onPanic = options.onPanic;
    this.#clock = options.clock ?? systemClock;
    this.#timers = new TimerHeap(this.#clock);
  }

  get [opaque](): true {
    return true;
  }

  /** False after {@link shutdown}. */
  get isOpen(): boolean {
    return !this.#isShutDown;
  }

  /**
   * Starts a task; it is polled in the next slice, never inside this call. Throws when
   * what it is given has no `poll`. After shutdown the task is aborted at once.
   */
  spawn<T>(future: Future<T>, options?: SpawnOptions): JoinHandle<T> {
    return this.#spawn(future, options, this.spawn);
  }

  /**
   * Spawns the future and answers its outcome as a promise. Unlike tokio's `block_on` it
   * does not block, and other tasks go on after it is settled.
   */
  blockOn<T>(future: Future<T>, options?: SpawnOptions): Promise<T> {
    return this.#spawn(future, options, this.blockOn).promise;
  }

  /**
   * Runs one slice now instead of at the loop's next turn, for tests and for driving an
   * executor by hand, from inside another's poll too. Answers how many polls it made.
   * Throws when this executor is in the middle of a slice already.
   */
  runSlice(): number {
    if (this.#isRunning) {
      throw new ExecutorError(
        'EXECUTOR_BUSY',
        'runSlice was called from inside a poll of the same executor',
      );
    }
    this.#disarm();
    return this.#runSlice();
  }

  /**
   * Aborts every task, takes off every timer, and leaves nothing in the event loop. A
   * task that is being polled is dropped when its poll returns. May be called twice.
   */
  shutdown(): void {
    this.#isShutDown = true;
    for (const task of [...this.#tasks()]) this.abort(task);
    this.#timers.close();
    this.#queue.clear();
    this.#deferred.clear();
    this.#disarm();
  }

  [Symbol.dispose](): void {
    this.shutdown();
  }

  metrics(): ExecutorMetrics {
    return {
      polls: this.#polls,
      slices: this.#slices,
      spawned: this.#spawned,
      completed: this.#completed,
      liveTasks: this.#spawned - this.#completed,
      queuedTasks: this.#queue.length,
      deferredTasks: this.#deferred.length,
      timers: this.#timers.size,
    };
  }

  /** The tasks that have not ended, oldest first, as they are at the call. */
  liveTasks(): LiveTask[] {
    const live: LiveTask[] = [];
    for (const task of this.#tasks()) {
      if (task.future !== null) {
        live.push({ name: task.name, future: task.future, state: stateName(task.state) });
      }
    }
    return live;
  }

  /** @internal For {@link TaskWaker}. */
  enqueue(task: Task): void {
    this.#queue.push(task);
    if (!this.#isArmed) this.#arm();
  }

  /** @internal For {@link TaskWaker}. */
  defer(task: Task): void {
    this.#deferred.push(task);
    if (!this.#isArmed) this.#arm();
  }

  /** @internal For {@link JoinHandle}. */
  abort(task: Task): void {
    const state = task.state;
    if (state === DONE || state === ABORTING) return;
    const isBusy = state === RUNNING || state === NOTIFIED || state === YIELDED;
    if (isBusy) task.state = ABORTING;
    else this.#giveUp(task, new AbortedError(task.name));
  }

  #spawn<T>(
    future: Future<T>,
    options: SpawnOptions | undefined,
    below: NonNullable<SpawnOptions['below']>,
  ): JoinHandle<T> {
    if (!isFuture(future)) {
      throw new ExecutorError(
        'NOT_A_FUTURE',
        'spawn takes an object with a poll method; wrap a promise or an async function first',
      );
    }
    const name = options?.name ?? null;
    const record = this.#recorder.spawned(future, name, options?.below ?? below);
    const task = new Task(this, this.#recorder, record, name, future);
    const handle = new JoinHandle<T>(task);
    task.settlement = handle;
    this.#recorder.wakerMade(record, (task.context as Context).waker);
    this.#link(task);
    this.#spawned += 1;
    if (this.#isShutDown) this.#giveUp(task, new AbortedError(name));
    else this.enqueue(task);
    return handle;
  }

  #arm(): void {
    if (this.#isShutDown) return;
    this.#isArmed = true;
    this.#immediate = setImmediate(this.#onImmediate);
  }

  #disarm(): void {
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#immediate = null;
    this.#isArmed = this.#isRunning;
  }

  #runSlice(): number {
    this.#isArmed = true;
    this.#isRunning = true;
    this.#slices += 1;
    const outerExecutor = enterExecutor(this);
    const outerDriver = useTimerDriver(this.#timers);
    const outerBudget = setBudget(this.#budget);
    let polls = 0;
    try {
      this.#promoteDeferred();
      polls = this.#pollReady();
    } finally {
      setBudget(outerBudget);
      useTimerDriver(outerDriver);
      enterExecutor(outerExecutor);
      this.#isRunning = false;
      this.#isArmed = false;
      if (this.#queue.length > 0 || this.#deferred.length > 0) this.#arm();
    }
    return polls;
  }

  /** The loop has turned: those that yielded queue up behind those that were woken meanwhile. */
  #promoteDeferred(): void {
    for (let n = this.#deferred.length; n > 0; n -= 1) {
      const task = this.#deferred.shift();
      if (task === null || task.state !== DEFERRED) continue;
      task.state = SCHEDULED;
      this.#queue.push(task);
    }
  }

  #pollReady(): number {
    const endMs = this.#clock.nowMs() + this.#sliceMs;
    let polls = 0;
    let stride = 1;
    for (;;) {
      const made = this.#pollAtMost(stride);
      polls += made;
      if (made < stride || polls >= SLICE_POLLS || this.#clock.nowMs() >= endMs) break;
      stride = Math.min(polls, MAX_CLOCK_STRIDE);
    }
    this.#polls += polls;
    return polls;
  }

  /**
   * The hot loop; fewer polls than asked for mean that the queue ran empty. What every poll
   * needs is in local variables, since a field would be loaded again after each call out; and
   * nothing else is in it: the clock's code alone would take the registers from the rest.
   */
  #pollAtMost(limit: number): number {
    const queue = this.#queue;
    const recorder = this.#recorder;
    const budget = this.#budget | 0;
    let polls = 0;
    while (polls < limit) {
      const task = queue.shift();
      if (task === null) break;
      if (task.state !== SCHEDULED) continue;
      polls += 1;
      task.state = RUNNING;
      cells[BARREN_TOUCHES] = 0;
      refillBudget(budget);
      recorder.pollStarted(task.record);
      let answer: Poll<unknown>;
      let isReady: boolean;
      try {
        answer = (task.future as Future<unknown>).poll(task.context as Context);
        isReady = answer.isReady === true;
      } catch (error) {
        this.#panic(task, error);
        continue;
      }
      if (isReady) {
        this.#fulfill(task, answer as Ready<unknown>);
        continue;
      }
      const verdict = recorder.pollEnded(task.record, false);
      if (verdict !== null) {
        this.#giveUp(task, verdict);
      } else if (task.state === RUNNING) {
        task.state = IDLE;
        task.context = null;
      } else if (task.state === NOTIFIED) {
        task.state = SCHEDULED;
        queue.push(task);
      } else if (task.state === YIELDED) {
        task.state = DEFERRED;
        this.#deferred.push(task);
      } else {
        this.#giveUp(task, new AbortedError(task.name));
      }
    }
    return polls;
  }

  #fulfill(task: Task, answer: Ready<unknown>): void {
    // The joiner is woken inside the poll's bracket: it is this task that wakes it.
    this.#end(task).fulfill(answer.value);
    this.#recorder.pollEnded(task.record, true);
    this.#recorder.completed(task.record);
  }

  #panic(task: Task, error: unknown): void {
    const settlement = this.#end(task);
    const isJoined = settlement.isJoined;
    settlement.reject(error);
    this.#recorder.pollThrew(task.record);
    this.#recorder.completed(task.record);
    if (!isJoined) this.#reportUnjoined(settlement, error, task.name);
  }

  /** Ends a task that is not Ready: its future is dropped, its handle rejects. */
  #giveUp(task: Task, error: Error): void {
    const future = task.future as Future<unknown>;
    const settlement = this.#end(task);
    try {
      future.drop?.();
    } catch (dropError) {
      this.#report(dropError, task.name);
    }
    const isJoined = settlement.isJoined;
    settlement.reject(error);
    this.#recorder.completed(task.record);
    if (!isJoined && !(error instanceof AbortedError)) {
      this.#reportUnjoined(settlement, error, task.name);
    }
  }

  #reportUnjoined(settlement: JoinHandle<unknown>, error: unknown, name: string | null): void {
    if (this.#onPanic) this.#report(error, name);
    // A rejected promise that nobody has asked for: Node takes it from here.
    else void settlement.promise;
  }

  #report(error: unknown, name: string | null): void {
    if (!this.#onPanic) {
      void Promise.reject(error);
      return;
    }
    try {
      this.#onPanic(error, name);
    } catch (callbackError) {
      // Neither error may end the slice that other tasks are waiting in.
      void Promise.reject(callbackError);
    }
  }

  /** Into DONE: gives up everything that a task holds. The future goes undropped. */
  #end(task: Task): JoinHandle<unknown> {
    const settlement = task.settlement as JoinHandle<unknown>;
    task.state = DONE;
    task.future = null;
    task.settlement = null;
    task.context = null;
    this.#unlink(task);
    this.#completed += 1;
    return settlement;
  }

  *#tasks(): Generator<Task> {
    for (let task = this.#firstTask; task !== null; task = task.next) yield task;
  }

  #link(task: Task): void {
    task.previous = this.#lastTask;
    if (this.#lastTask === null) this.#firstTask = task;
    else this.#lastTask.next = task;
    this.#lastTask = task;
  }

  #unlink(task: Task): void {
    const { previous, next } = task;
    if (previous === null) this.#firstTask = next;
    else previous.next = next;
    if (next === null) this.#lastTask = previous;
    else next.previous = previous;
    task.previous = null;
    task.next = null;
  }
}

function stateName(state: number): LiveTask['state'] {
  switch (state) {
    case IDLE:
      return 'idle';
    case SCHEDULED:
    case DEFERRED:
      return 'scheduled';
    default:
      return 'busy';
  }
}

function positive(option: string, value: number): number {
  if (value > 0) return value;
  throw new ExecutorError('INVALID_OPTION', `${option} must be a number above 0, not ${value}`);
}
