import { Closed } from './closed.ts';
import type { Shared } from './shared.ts';

/** Port of `tokio::sync::mpsc::UnboundedSender`. */
export class UnboundedSender<T> {
  readonly #shared: Shared<T>;
  #isDropped = false;

  constructor(shared: Shared<T>) {
    this.#shared = shared;
  }

  /** One more sender of the same channel. */
  clone(): UnboundedSender<T> {
    this.#shared.senders += 1;
    return new UnboundedSender(this.#shared);
  }

  /** Sends at once; false when the channel is closed. */
  send(value: T): boolean {
    if (this.#shared.isClosed) return false;
    this.#shared.push(value);
    return true;
  }

  /** True once nothing that is sent will be received. */
  get isClosed(): boolean {
    return this.#shared.isClosed;
  }

  /** Waits until the receiver is closed or dropped. */
  closed(): Closed {
    return new Closed(this.#shared);
  }

  /** The last sender to be dropped lets the receiver see the end. */
  drop(): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    this.#shared.senderDropped();
  }

  [Symbol.dispose](): void {
    this.drop();
  }
}
