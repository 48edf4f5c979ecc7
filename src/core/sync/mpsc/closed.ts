import type { Context } from '../../context.ts';
import type { Future } from '../../future.ts';
import { Poll } from '../../poll.ts';
import { polledAfterReady } from '../../poll-after-ready.ts';
import type { Notified } from '../notify.ts';
import type { Shared } from './shared.ts';

/** Waits until a channel's receiver is closed or dropped: `Sender::closed`. */
export class Closed implements Future<void> {
  readonly #shared: Shared<unknown>;
  readonly #notified: Notified;
  #isDone = false;

  constructor(shared: Shared<unknown>) {
    this.#shared = shared;
    this.#notified = shared.closedToSenders.notified();
  }

  poll(cx: Context): Poll<void> {
    if (this.#isDone) polledAfterReady(this);
    if (!this.#shared.isClosed) {
      const poll = this.#notified.poll(cx);
      if (poll.isPending) return poll;
    }
    this.drop();
    return Poll.Ready();
  }

  drop(): void {
    this.#isDone = true;
    this.#notified.drop();
  }
}
