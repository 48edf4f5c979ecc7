import type { Context } from '../../context.ts';
import { madeProgress, pollProceed } from '../../coop.ts';
import { END, type Future, type Next, type Stream } from '../../future.ts';
import { Poll } from '../../poll.ts';
import { polledAfterReady } from '../../poll-after-ready.ts';
import { noteProgress, ProgressCell } from '../../progress.ts';
import type { Shared } from './shared.ts';

const READY_END = Poll.Ready(END);

/** Port of `tokio::sync::mpsc::Receiver`; also a `Stream`, as `ReceiverStream` is. */
export class Receiver<T> implements Stream<T> {
  readonly #shared: Shared<T>;

  constructor(shared: Shared<T>) {
    this.#shared = shared;
  }

  /** The next item; after the last one the end, every time it is asked. */
  pollRecv(cx: Context): Poll<Next<T>> {
    if (!pollProceed(cx)) return Poll.Pending;
    const poll = this.tryRecv();
    if (poll.isReady) madeProgress();
    else this.#shared.receiver.register(cx.waker);
    return poll;
  }

  pollNext(cx: Context): Poll<Next<T>> {
    return this.pollRecv(cx);
  }

  /** The next item, as a future: `Receiver::recv`. Dropping it loses nothing. */
  recv(): Recv<T> {
    return new Recv(this);
  }

  /** An item or the end if it is there, without waiting: Pending means that it is empty. */
  tryRecv(): Poll<Next<T>> {
    const shared = this.#shared;
    if (shared.queue.length === 0) return shared.hasEnded ? READY_END : Poll.Pending;
    const value = shared.queue.shift();
    shared.releasePlace();
    if (value !== undefined) noteProgress(ProgressCell.ITEMS, 1);
    return Poll.Ready({ done: false, value });
  }

  /** Items that wait to be received. */
  get length(): number {
    return this.#shared.queue.length;
  }

  /** True once no further item can be sent. */
  get isClosed(): boolean {
    return this.#shared.isClosed || this.#shared.senders === 0;
  }

  /** Lets nobody send any more; what was sent, or has its place reserved, still arrives. */
  close(): void {
    this.#shared.close();
  }

  /** Closes, and drops what was not received. */
  drop(): void {
    const shared = this.#shared;
    shared.receiver.clear();
    shared.close();
    while (shared.queue.length > 0) {
      shared.queue.shift();
      shared.releasePlace();
    }
  }

  [Symbol.dispose](): void {
    this.drop();
  }
}

/** The future of {@link Receiver.recv}. */
export class Recv<T> implements Future<Next<T>> {
  private readonly receiver: Receiver<T>;
  private isDone = false;

  constructor(receiver: Receiver<T>) {
    this.receiver = receiver;
  }

  poll(cx: Context): Poll<Next<T>> {
    if (this.isDone) polledAfterReady(this);
    const poll = this.receiver.pollRecv(cx);
    this.isDone = poll.isReady;
    return poll;
  }
}
