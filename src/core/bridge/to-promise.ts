/**
 * Drives one future without an executor. A wake schedules the next poll with
 * `setImmediate`, so that a future that wakes itself for ever starves neither sockets nor
 * timers nor promises. The first poll is a microtask after the call: never inside another.
 */
import { Context } from '../context.ts';
import { DEFAULT_BUDGET, setBudget } from '../coop.ts';
import type { Future } from '../future.ts';
import type { Poll } from '../poll.ts';
import { opaque, type Waker } from '../waker.ts';

export interface ToPromiseOptions {
  /** Aborting it drops the future and rejects the promise with the signal's reason. */
  readonly signal?: AbortSignal;
}

class StandaloneTask<T> implements Waker {
  readonly #context = new Context(this);
  readonly #resolve: (value: T) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #signal: AbortSignal | null;
  /** Null once it is over: late wakes then do nothing. */
  #future: Future<T> | null;
  #isScheduled = true;

  constructor(
    future: Future<T>,
    signal: AbortSignal | null,
    resolve: (value: T) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#future = future;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal?.addEventListener('abort', this.#abort);
    if (signal?.aborted) this.#abort();
    else queueMicrotask(this.#run);
  }

  get [opaque](): true {
    return true;
  }
  wake(): void {
    this.wakeByRef();
  }
  wakeByRef(): void {
    if (this.#isScheduled || this.#future === null) return;
    this.#isScheduled = true;
    setImmediate(this.#run);
  }
  clone(): Waker {
    return this;
  }
  drop(): void {}
  willWake(other: Waker): boolean {
    return other === this;
  }

  #run = (): void => {
    const future = this.#future;
    if (future === null) return;
    this.#isScheduled = false;
    const before = setBudget(DEFAULT_BUDGET);
    let poll: Poll<T>;
    try {
      poll = future.poll(this.#context);
    } catch (error) {
      this.#finish();
      this.#reject(error);
      return;
    } finally {
      setBudget(before);
    }
    if (poll.isPending) return;
    this.#finish();
    this.#resolve(poll.value);
  };

  #abort = (): void => {
    const future = this.#future;
    if (future === null) return;
    this.#finish();
    this.#reject(this.#signal?.reason);
    future.drop?.();
  };

  #finish(): void {
    this.#future = null;
    this.#signal?.removeEventListener('abort', this.#abort);
  }
}

/** A promise of a future's value, driven on Node's event loop without an executor. */
export function toPromise<T>(future: Future<T>, options: ToPromiseOptions = {}): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    new StandaloneTask(future, options.signal ?? null, resolve, reject);
  });
}
