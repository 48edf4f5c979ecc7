/**
 * Port of `tokio::sync::oneshot`: one value, sent once.
 *
 * Difference: `send` answers false where Rust gives the value back, since an ignored
 * `Result` is harmless and a thrown error is not.
 */
import { AtomicWaker } from '../atomic-waker.ts';
import type { Context } from '../context.ts';
import { madeProgress, pollProceed } from '../coop.ts';
import { CoreError } from '../error.ts';
import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { noteProgress, ProgressCell } from '../progress.ts';

/** The sender was dropped without a value: port of `oneshot::error::RecvError`. */
export class RecvError extends CoreError {
  constructor() {
    super('CHANNEL_CLOSED', 'the sender of this oneshot channel was dropped without sending');
  }
}

class Shared<T> {
  state: 'open' | 'sent' | 'sender-gone' | 'receiver-gone' = 'open';
  value: T | undefined = undefined;
  readonly sender = new AtomicWaker();
  readonly receiver = new AtomicWaker();
}

/** Port of `tokio::sync::oneshot::Sender`. */
export class Sender<T> {
  readonly #shared: Shared<T>;
  constructor(shared: Shared<T>) {
    this.#shared = shared;
  }

  /** Hands the value over; false when nobody will receive it, or one was sent already. */
  send(value: T): boolean {
    const shared = this.#shared;
    if (shared.state !== 'open') return false;
    shared.state = 'sent';
    shared.value = value;
    shared.sender.clear();
    shared.receiver.wake();
    return true;
  }

  get isClosed(): boolean {
    return this.#shared.state === 'receiver-gone';
  }

  /** Ready once the receiver is gone. */
  pollClosed(cx: Context): Poll<void> {
    if (!pollProceed(cx)) return Poll.Pending;
    if (this.isClosed) {
      madeProgress();
      return Poll.Ready();
    }
    this.#shared.sender.register(cx.waker);
    return Poll.Pending;
  }

  /** Waits until the receiver is gone. */
  closed(): Closed<T> {
    return new Closed(this);
  }

  drop(): void {
    const shared = this.#shared;
    shared.sender.clear();
    if (shared.state !== 'open') return;
    shared.state = 'sender-gone';
    shared.receiver.wake();
  }
}

/** The future of {@link Sender.closed}. */
export class Closed<T> implements Future<void> {
  readonly #sender: Sender<T>;
  #isDone = false;
  constructor(sender: Sender<T>) {
    this.#sender = sender;
  }
  poll(cx: Context): Poll<void> {
    if (this.#isDone) polledAfterReady(this);
    const poll = this.#sender.pollClosed(cx);
    this.#isDone = poll.isReady;
    return poll;
  }
}

/** Port of `tokio::sync::oneshot::Receiver`: the future of the value. Throws {@link RecvError}. */
export class Receiver<T> implements Future<T> {
  readonly #shared: Shared<T>;
  #isDone = false;
  constructor(shared: Shared<T>) {
    this.#shared = shared;
  }

  poll(cx: Context): Poll<T> {
    if (this.#isDone) polledAfterReady(this);
    if (!pollProceed(cx)) return Poll.Pending;
    const poll = this.tryRecv();
    if (poll.isPending) this.#shared.receiver.register(cx.waker);
    else madeProgress();
    return poll;
  }

  /** The value if it is there, without waiting: Pending means not yet. */
  tryRecv(): Poll<T> {
    if (this.#isDone) polledAfterReady(this);
    const shared = this.#shared;
    if (shared.state === 'open') return Poll.Pending;
    this.#isDone = true;
    shared.receiver.clear();
    if (shared.state !== 'sent') {
      madeProgress();
      throw new RecvError();
    }
    const value = shared.value as T;
    shared.value = undefined;
    noteProgress(ProgressCell.COMPLETIONS, 1);
    return Poll.Ready(value);
  }

  /** Refuses a value from now on; one that was sent before can still be received. */
  close(): void {
    const shared = this.#shared;
    if (shared.state !== 'open') return;
    shared.state = 'receiver-gone';
    shared.sender.wake();
    // Rust's borrows keep anybody else from closing it while a task waits; here one may.
    shared.receiver.wake();
  }

  drop(): void {
    this.#isDone = true;
    this.#shared.receiver.clear();
    this.close();
    this.#shared.value = undefined;
  }
}

/** A new channel: `tokio::sync::oneshot::channel`. */
export function channel<T>(): [sender: Sender<T>, receiver: Receiver<T>] {
  const shared = new Shared<T>();
  return [new Sender(shared), new Receiver(shared)];
}
