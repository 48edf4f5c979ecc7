/**
 * Port of `tokio::sync::Semaphore` for one permit at a time: fair, first come first served.
 *
 * 1. A released permit goes to the first in line at once, and not back to the pool: who
 *    comes later cannot take it, even if it is polled earlier.
 * 2. Who gives up while in line leaves it; who gives up with a permit passes it on.
 * 3. After `close` nobody gets a permit any more; those in line are woken and told so.
 *
 * Differences: no `acquire_many`, and a permit is given back by `release` instead of a guard.
 */
import type { Context } from '../context.ts';
import { madeProgress, pollProceed } from '../coop.ts';
import { CoreError } from '../error.ts';
import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { opaque } from '../waker.ts';
import { WaitList, WaitNode } from './wait-list.ts';

/** Port of `tokio::sync::AcquireError`. */
export class SemaphoreClosedError extends CoreError {
  constructor() {
    super('SEMAPHORE_CLOSED', 'the semaphore was closed: no permit will come any more');
  }
}

class Waiter extends WaitNode {
  isGranted = false;
}

export class Semaphore {
  #available: number;
  #isClosed = false;
  readonly #line = new WaitList<Waiter>();

  constructor(permits: number) {
    if (!Number.isInteger(permits) || permits < 0) {
      throw new RangeError(`${permits} permits: give a whole number from 0 up`);
    }
    this.#available = permits;
  }

  get [opaque](): true {
    return true;
  }

  get availablePermits(): number {
    return this.#available;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Takes a permit if there is one and nobody is in line. */
  tryAcquire(): boolean {
    if (this.#isClosed || this.#available === 0) return false;
    this.#available -= 1;
    return true;
  }

  acquire(): Acquire {
    return new Acquire(this, this.#line);
  }

  /** Gives `permits` back, or adds them. */
  release(permits = 1): void {
    for (let left = permits; left > 0; left--) {
      const waiter = this.#line.popFront();
      if (waiter === null) {
        this.#available += left;
        return;
      }
      waiter.isGranted = true;
      waiter.wake();
    }
  }

  close(): void {
    this.#isClosed = true;
    for (let waiter = this.#line.popFront(); waiter !== null; waiter = this.#line.popFront()) {
      waiter.wake();
    }
  }
}

/** Waits for a permit: `tokio::sync::Semaphore::acquire`. Throws {@link SemaphoreClosedError}. */
export class Acquire implements Future<void> {
  readonly #semaphore: Semaphore;
  readonly #line: WaitList<Waiter>;
  readonly #waiter = new Waiter();
  #isDone = false;

  constructor(semaphore: Semaphore, line: WaitList<Waiter>) {
    this.#semaphore = semaphore;
    this.#line = line;
  }

  poll(cx: Context): Poll<void> {
    if (this.#isDone) polledAfterReady(this);
    if (!pollProceed(cx)) return Poll.Pending;
    const waiter = this.#waiter;
    if (waiter.isGranted || (!waiter.isLinked && this.#semaphore.tryAcquire())) {
      this.#finish();
      return Poll.Ready();
    }
    if (this.#semaphore.isClosed) {
      this.#finish();
      throw new SemaphoreClosedError();
    }
    if (!waiter.isLinked) this.#line.pushBack(waiter);
    waiter.setWaker(cx.waker);
    return Poll.Pending;
  }

  drop(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#waiter.dropWaker();
    if (this.#waiter.isGranted) this.#semaphore.release();
    else if (this.#waiter.isLinked) this.#line.remove(this.#waiter);
  }

  #finish(): void {
    this.#isDone = true;
    this.#waiter.dropWaker();
    madeProgress();
  }
}
