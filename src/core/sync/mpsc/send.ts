import type { Context } from '../../context.ts';
import type { Future } from '../../future.ts';
import type { Poll } from '../../poll.ts';
import { polledAfterReady } from '../../poll-after-ready.ts';
import { type Acquire, type Semaphore, SemaphoreClosedError } from '../semaphore.ts';
import { SendError, type Shared } from './shared.ts';

/**
 * Polls for a place; a channel that closed meanwhile is a {@link SendError} with `value`.
 */
export function pollPlace<T>(acquire: Acquire, cx: Context, value?: T): Poll<void> {
  try {
    return acquire.poll(cx);
  } catch (error) {
    if (error instanceof SemaphoreClosedError) throw new SendError(value);
    throw error;
  }
}

/** The future of `Sender.send`. Dropped before it is Ready it has sent nothing. */
export class Send<T> implements Future<void> {
  readonly #shared: Shared<T>;
  readonly #value: T;
  readonly #acquire: Acquire;
  #isDone = false;

  constructor(shared: Shared<T>, places: Semaphore, value: T) {
    this.#shared = shared;
    this.#value = value;
    this.#acquire = places.acquire();
  }

  poll(cx: Context): Poll<void> {
    if (this.#isDone) polledAfterReady(this);
    this.#isDone = true;
    const poll = pollPlace(this.#acquire, cx, this.#value);
    if (poll.isReady) this.#shared.push(this.#value);
    else this.#isDone = false;
    return poll;
  }

  drop(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#shared.giveUp(this.#acquire);
  }
}
