import type { Context } from '../../context.ts';
import { Poll } from '../../poll.ts';
import type { Acquire, Semaphore } from '../semaphore.ts';
import { Closed } from './closed.ts';
import { Permit, Reserve } from './permit.ts';
import { pollPlace, Send } from './send.ts';
import type { Shared } from './shared.ts';

/** Why {@link Sender.trySend} did or did not send. */
export type TrySendOutcome = 'sent' | 'full' | 'closed';

/**
 * Port of `tokio::sync::mpsc::Sender`, with the `poll_ready` and `start_send` of
 * `futures::channel::mpsc::Sender` for those who write polls by hand.
 */
export class Sender<T> {
  readonly #shared: Shared<T>;
  readonly #places: Semaphore;
  /** The place that `pollReady` waits for. */
  #acquire: Acquire | null = null;
  #hasPlace = false;
  #isDropped = false;

  constructor(shared: Shared<T>) {
    if (shared.places === null) throw new TypeError('the channel is unbounded');
    this.#shared = shared;
    this.#places = shared.places;
  }

  /** One more sender of the same channel. */
  clone(): Sender<T> {
    this.#shared.senders += 1;
    return new Sender(this.#shared);
  }

  /** Sends when there is a place. Throws {@link SendError} when the channel is closed. */
  send(value: T): Send<T> {
    return new Send(this.#shared, this.#places, value);
  }

  /** Sends now or not at all. */
  trySend(value: T): TrySendOutcome {
    if (this.#shared.isClosed) return 'closed';
    if (!this.#places.tryAcquire()) return 'full';
    this.#shared.push(value);
    return 'sent';
  }

  /** Waits for a place and keeps it. Throws {@link SendError} when the channel is closed. */
  reserve(): Reserve<T> {
    return new Reserve(this.#shared, this.#places);
  }

  /** A place if there is one now, else null. */
  tryReserve(): Permit<T> | null {
    return this.#places.tryAcquire() ? new Permit(this.#shared) : null;
  }

  /**
   * Ready once {@link startSend} may be called; the place is kept until then.
   * Throws {@link SendError} when the channel is closed.
   */
  pollReady(cx: Context): Poll<void> {
    if (this.#hasPlace) return Poll.Ready();
    const acquire = this.#acquire ?? this.#places.acquire();
    this.#acquire = null;
    const poll = pollPlace(acquire, cx);
    if (poll.isReady) this.#hasPlace = true;
    else this.#acquire = acquire;
    return poll;
  }

  /** Sends with the place that `pollReady` got. Throws TypeError without one. */
  startSend(value: T): void {
    if (!this.#hasPlace) throw new TypeError('startSend without a Ready pollReady before it');
    this.#hasPlace = false;
    this.#shared.push(value);
  }

  /** Gives back the place that `pollReady` got or waits for. */
  abortSend(): void {
    const acquire = this.#acquire;
    this.#acquire = null;
    if (acquire !== null) this.#shared.giveUp(acquire);
    if (this.#hasPlace) {
      this.#hasPlace = false;
      this.#shared.releasePlace();
    }
  }

  /** True once nothing that is sent will be received. */
  get isClosed(): boolean {
    return this.#shared.isClosed;
  }

  /** Places free now. */
  get capacity(): number {
    return this.#places.availablePermits;
  }

  get maxCapacity(): number {
    return this.#shared.capacity;
  }

  /** Waits until the receiver is closed or dropped. */
  closed(): Closed {
    return new Closed(this.#shared);
  }

  /** The last sender to be dropped lets the receiver see the end. */
  drop(): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    this.abortSend();
    this.#shared.senderDropped();
  }

  [Symbol.dispose](): void {
    this.drop();
  }
}
