import type { Context } from '../core/context.ts';
import { madeProgress, pollProceed } from '../core/coop.ts';
import type { Future } from '../core/future.ts';
import { Poll } from '../core/poll.ts';
import { polledAfterReady } from '../core/poll-after-ready.ts';
import { noteProgress, ProgressCell } from '../core/progress.ts';
import { opaque, type Waker } from '../core/waker.ts';
import type { Task } from './task.ts';

/** How a join ended; null as long as the task lives. */
type Outcome<T> =
  | { readonly isOk: true; readonly value: T }
  | { readonly isOk: false; readonly error: unknown };

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/**
 * Waits for a spawned task: port of `tokio::task::JoinHandle`. Poll it in a future, or
 * `await` it in an async function. Letting go of it detaches the task.
 *
 * Deliberate differences: a panic is the error that the poll threw, unwrapped, and an abort
 * is an `AbortedError`; both are thrown by `poll` and reject the promise. Abort takes
 * effect at once, unless the task is being polled. Nothing waits for a handle that was
 * dropped, so there is no `drop`.
 */
export class JoinHandle<T> implements Future<T>, PromiseLike<T> {
  readonly #task: Task;
  #outcome: Outcome<T> | null = null;
  #hasAnswered = false;
  #waker: Waker | null = null;
  #deferred: Deferred<T> | null = null;
  #isJoined = false;

  /** @internal Made by the executor. */
  constructor(task: Task) {
    this.#task = task;
  }

  get [opaque](): true {
    return true;
  }

  /** The name given at spawn. */
  get taskName(): string | null {
    return this.#task.name;
  }

  /** True once the task is over: Ready, thrown or aborted (`is_finished`). */
  get isFinished(): boolean {
    return this.#outcome !== null;
  }

  /** True once somebody has polled this handle, or asked for its promise. */
  get isJoined(): boolean {
    return this.#isJoined;
  }

  /**
   * Gives the task up: its future is dropped and this handle rejects with
   * `AbortedError`. No effect on a finished task; a task that aborts itself from
   * inside its poll, and is Ready in that same poll, counts as Ready.
   */
  abort(): void {
    this.#task.scheduler.abort(this.#task);
  }

  /** The outcome as a promise; the same one every time. */
  get promise(): Promise<T> {
    this.#join();
    this.#deferred ??= this.#settleLater();
    return this.#deferred.promise;
  }

  // biome-ignore lint/suspicious/noThenProperty: `await handle` is the point.
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.promise.then(onFulfilled, onRejected);
  }

  /** Ready with the task's value; throws its error. Spends one operation of the budget. */
  poll(cx: Context): Poll<T> {
    this.#join();
    if (this.#hasAnswered) polledAfterReady(this);
    if (!pollProceed(cx)) return Poll.Pending;
    const outcome = this.#outcome;
    if (outcome === null) {
      this.#keep(cx.waker);
      return Poll.Pending;
    }
    this.#hasAnswered = true;
    madeProgress();
    noteProgress(ProgressCell.COMPLETIONS, 1);
    if (!outcome.isOk) throw outcome.error;
    return Poll.Ready(outcome.value);
  }

  /** @internal Called by the executor. */
  fulfill(value: unknown): void {
    // The task was spawned from a Future<T>, and nobody else settles this.
    this.#settle({ isOk: true, value: value as T });
  }

  /** @internal Called by the executor. */
  reject(error: unknown): void {
    this.#settle({ isOk: false, error });
  }

  #settle(outcome: Outcome<T>): void {
    this.#outcome = outcome;
    const deferred = this.#deferred;
    if (deferred !== null) {
      if (outcome.isOk) deferred.resolve(outcome.value);
      else deferred.reject(outcome.error);
    }
    const waker = this.#waker;
    this.#waker = null;
    try {
      waker?.wake();
    } catch (error) {
      // A foreign waker: its error is not this task's, nor may it end the slice.
      void Promise.reject(error);
    }
  }

  #join(): void {
    if (this.#isJoined) return;
    this.#isJoined = true;
    // The record of a task that has ended is not ours to write any more.
    if (this.#outcome === null) this.#task.record.isAwaited = true;
  }

  #keep(waker: Waker): void {
    const kept = this.#waker;
    if (kept?.willWake(waker)) return;
    this.#waker = waker.clone();
    kept?.drop();
  }

  #settleLater(): Deferred<T> {
    let resolve!: (value: T) => void;
    let reject!: (error: unknown) => void;
    const promise = new Promise<T>((onValue, onError) => {
      resolve = onValue;
      reject = onError;
    });
    const outcome = this.#outcome;
    if (outcome?.isOk === true) resolve(outcome.value);
    else if (outcome?.isOk === false) reject(outcome.error);
    return { promise, resolve, reject };
  }
}
