import type { Context } from '../../context.ts';
import type { Future } from '../../future.ts';
import { Poll } from '../../poll.ts';
import { polledAfterReady } from '../../poll-after-ready.ts';
import type { Acquire, Semaphore } from '../semaphore.ts';
import { pollPlace } from './send.ts';
import type { Shared } from './shared.ts';

/** A reserved place in a channel: port of `mpsc::Permit`. Send with it once, or drop it. */
export class Permit<T> {
  readonly #shared: Shared<T>;
  #isSpent = false;

  constructor(shared: Shared<T>) {
    this.#shared = shared;
  }

  /** Sends, also if the receiver has closed since: it still drains what was reserved. */
  send(value: T): void {
    if (this.#isSpent) throw new TypeError('this permit was used already: reserve another place');
    this.#isSpent = true;
    this.#shared.push(value);
  }

  /** Gives the place back. */
  drop(): void {
    if (this.#isSpent) return;
    this.#isSpent = true;
    this.#shared.releasePlace();
  }

  [Symbol.dispose](): void {
    this.drop();
  }
}

/** The future of `Sender.reserve`. Throws SendError when the channel is closed. */
export class Reserve<T> implements Future<Permit<T>> {
  readonly #shared: Shared<T>;
  readonly #acquire: Acquire;
  #isDone = false;

  constructor(shared: Shared<T>, places: Semaphore) {
    this.#shared = shared;
    this.#acquire = places.acquire();
  }

  poll(cx: Context): Poll<Permit<T>> {
    if (this.#isDone) polledAfterReady(this);
    this.#isDone = true;
    const poll = pollPlace(this.#acquire, cx);
    if (poll.isReady) return Poll.Ready(new Permit(this.#shared));
    this.#isDone = false;
    return poll;
  }

  drop(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#shared.giveUp(this.#acquire);
  }
}
