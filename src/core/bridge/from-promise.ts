import { AtomicWaker } from '../atomic-waker.ts';
import type { Context } from '../context.ts';
import { madeProgress, pollProceed } from '../coop.ts';
import { CoreError } from '../error.ts';
import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { noteProgress, ProgressCell } from '../progress.ts';

/** What a promise's function is told to stop with when its future is dropped. */
export class DroppedError extends CoreError {
  constructor() {
    super('DROPPED', 'the future that waited for this was dropped');
  }
}

/** Starts something that a signal can cancel. */
export type PromiseFactory<T> = (signal: AbortSignal) => PromiseLike<T>;

/** The type of {@link fromPromise}. */
export class FromPromise<T> implements Future<T> {
  readonly #factory: PromiseFactory<T> | null;
  readonly #waker = new AtomicWaker();
  #abort: AbortController | null = null;
  #state: 'new' | 'waiting' | 'fulfilled' | 'rejected' | 'done' = 'new';
  #result: unknown;

  constructor(source: PromiseLike<T> | PromiseFactory<T>) {
    this.#factory = typeof source === 'function' ? source : null;
    if (typeof source !== 'function') this.#watch(source);
  }

  poll(cx: Context): Poll<T> {
    if (this.#state === 'done') polledAfterReady(this);
    if (!pollProceed(cx)) return Poll.Pending;
    if (this.#state === 'new') this.#start();
    if (this.#state === 'waiting') {
      this.#waker.register(cx.waker);
      return Poll.Pending;
    }
    const isRejected = this.#state === 'rejected';
    const result = this.#result;
    this.#finish();
    madeProgress();
    if (isRejected) throw result;
    noteProgress(ProgressCell.COMPLETIONS, 1);
    return Poll.Ready(result as T);
  }

  /** Aborts the signal, and looks no further at what becomes of the promise. */
  drop(): void {
    if (this.#state === 'done') return;
    const isWaiting = this.#state === 'waiting';
    this.#finish();
    if (isWaiting) this.#abort?.abort(new DroppedError());
  }

  #start(): void {
    this.#abort = new AbortController();
    try {
      this.#watch(this.#factory!(this.#abort.signal));
    } catch (error) {
      this.#settle('rejected', error);
    }
  }

  #watch(promise: PromiseLike<T>): void {
    this.#state = 'waiting';
    promise.then(
      (value) => this.#settle('fulfilled', value),
      (error: unknown) => this.#settle('rejected', error),
    );
  }

  #settle(state: 'fulfilled' | 'rejected', result: unknown): void {
    if (this.#state === 'done') return;
    this.#state = state;
    this.#result = result;
    this.#waker.wake();
  }

  #finish(): void {
    this.#state = 'done';
    this.#result = undefined;
    this.#waker.clear();
  }
}

/**
 * A future of a promise's value; its rejection is thrown. Given a function, the future is
 * lazy as in Rust: the function is called at the first poll, with a signal that is aborted
 * when the future is dropped. A promise that runs already cannot be cancelled: its result
 * is then ignored.
 */
export function fromPromise<T>(source: PromiseLike<T> | PromiseFactory<T>): FromPromise<T> {
  return new FromPromise(source);
}
