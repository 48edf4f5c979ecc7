import { AtomicWaker } from '../../atomic-waker.ts';
import { CoreError } from '../../error.ts';
import { noteProgress, ProgressCell } from '../../progress.ts';
import { opaque } from '../../waker.ts';
import { Fifo } from '../fifo.ts';
import { Notify } from '../notify.ts';
import { type Acquire, Semaphore } from '../semaphore.ts';

/** The receiver is gone; holds the item that was not sent. Port of `mpsc::error::SendError`. */
export class SendError<T> extends CoreError {
  readonly value: T | undefined;
  constructor(value?: T) {
    super('CHANNEL_CLOSED', 'the receiver of this channel is closed: nothing will be received');
    this.value = value;
  }
}

/** What the two sides of a channel share. */
export class Shared<T> {
  readonly queue = new Fifo<T>();
  readonly receiver = new AtomicWaker();
  readonly closedToSenders = new Notify();
  /** Null when unbounded. */
  readonly places: Semaphore | null;
  readonly capacity: number;
  senders = 1;
  isClosed = false;

  get [opaque](): true {
    return true;
  }

  constructor(capacity: number) {
    this.capacity = capacity;
    this.places = capacity === Number.POSITIVE_INFINITY ? null : new Semaphore(capacity);
  }

  push(item: T): void {
    this.queue.push(item);
    if (item !== undefined) noteProgress(ProgressCell.ITEMS, 1);
    this.receiver.wake();
  }

  /** No place is reserved for an item to come. */
  get isIdle(): boolean {
    return this.places === null || this.places.availablePermits === this.capacity;
  }

  releasePlace(): void {
    this.places?.release();
    if (this.isClosed && this.isIdle) this.receiver.wake();
  }

  /** Drops a wait for a place, which may have been granted already. */
  giveUp(acquire: Acquire): void {
    acquire.drop();
    if (this.isClosed && this.isIdle) this.receiver.wake();
  }

  /** Nothing is queued, and nothing can come. */
  get hasEnded(): boolean {
    return this.senders === 0 || (this.isClosed && this.isIdle);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.places?.close();
    this.closedToSenders.notifyWaiters();
    // Rust's borrows keep anybody else from closing it while a task waits; here one may.
    if (this.hasEnded) this.receiver.wake();
  }

  senderDropped(): void {
    this.senders -= 1;
    if (this.senders === 0) this.receiver.wake();
  }
}
