import { AtomicWaker } from '../atomic-waker.ts';
import type { Context } from '../context.ts';
import { madeProgress, pollProceed } from '../coop.ts';
import { IoError } from '../error.ts';
import { Poll } from '../poll.ts';
import { noteProgress, ProgressCell } from '../progress.ts';
import type { ReadBuf } from './read-buf.ts';
import { type AsyncDuplex, type ReadHalf, split, type WriteHalf } from './split.ts';

/** What a pipe's ring begins with, in bytes; it doubles up to the bound. */
const FIRST_CAPACITY = 1024;

/**
 * A bounded pipe in memory, one direction: port of `tokio::io::SimplexStream`. What was
 * written before the end is read first; then reads answer the end.
 */
export class SimplexStream implements AsyncDuplex {
  readonly #maxLength: number;
  #ring: Uint8Array;
  #head = 0;
  #length = 0;
  #isClosed = false;
  readonly #reader = new AtomicWaker();
  readonly #writer = new AtomicWaker();

  /** Holds at most `maxLength` bytes. Throws RangeError below 1. */
  constructor(maxLength: number) {
    if (!(Number.isSafeInteger(maxLength) && maxLength > 0)) {
      throw new RangeError(`a pipe of ${maxLength} bytes: give a whole number from 1 up`);
    }
    this.#maxLength = maxLength;
    this.#ring = new Uint8Array(Math.min(maxLength, FIRST_CAPACITY));
  }

  /** Bytes that were written and not read. */
  get length(): number {
    return this.#length;
  }

  pollRead(cx: Context, buf: ReadBuf): Poll<void> {
    if (!pollProceed(cx)) return Poll.Pending;
    if (this.#length > 0) {
      const amount = Math.min(this.#length, buf.remaining);
      if (amount > 0) {
        this.#take(amount, buf);
        this.#writer.wake();
      }
    } else if (!this.#isClosed) {
      this.#reader.register(cx.waker);
      return Poll.Pending;
    }
    madeProgress();
    return Poll.Ready();
  }

  /** Throws BROKEN_PIPE once either side is closed. */
  pollWrite(cx: Context, bytes: Uint8Array): Poll<number> {
    if (!pollProceed(cx)) return Poll.Pending;
    if (this.#isClosed) {
      madeProgress();
      throw new IoError('BROKEN_PIPE', 'the pipe is closed: nobody will read this');
    }
    const room = this.#maxLength - this.#length;
    if (room === 0) {
      this.#writer.register(cx.waker);
      return Poll.Pending;
    }
    const amount = Math.min(room, bytes.length);
    if (amount > 0) {
      this.#put(bytes.subarray(0, amount));
      noteProgress(ProgressCell.BYTES_WRITTEN, amount);
      this.#reader.wake();
    }
    madeProgress();
    return Poll.Ready(amount);
  }

  pollFlush(_cx: Context): Poll<void> {
    return Poll.Ready();
  }

  pollShutdown(_cx: Context): Poll<void> {
    this.closeWrite();
    return Poll.Ready();
  }

  /** No more will be written: the reader sees the end after what is there. */
  closeWrite(): void {
    this.#isClosed = true;
    this.#reader.wake();
    // Rust's borrows keep the writing side from waiting and closing at once; here it may.
    this.#writer.wake();
  }

  /** No more will be read: writes fail. */
  closeRead(): void {
    this.#isClosed = true;
    this.#writer.wake();
  }

  /** The drop of the side that writes. */
  dropWriter(): void {
    this.#writer.clear();
    this.closeWrite();
  }

  /** The drop of the side that reads. */
  dropReader(): void {
    this.#reader.clear();
    this.closeRead();
  }

  /** The drop of both sides. */
  drop(): void {
    this.#reader.clear();
    this.#writer.clear();
    this.#isClosed = true;
  }

  #take(amount: number, buf: ReadBuf): void {
    const first = Math.min(amount, this.#ring.length - this.#head);
    buf.putSlice(this.#ring.subarray(this.#head, this.#head + first));
    if (first < amount) buf.putSlice(this.#ring.subarray(0, amount - first));
    this.#length -= amount;
    this.#head = this.#length === 0 ? 0 : (this.#head + amount) % this.#ring.length;
  }

  #put(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#ring.length) this.#grow(this.#length + bytes.length);
    const tail = (this.#head + this.#length) % this.#ring.length;
    const first = Math.min(bytes.length, this.#ring.length - tail);
    this.#ring.set(bytes.subarray(0, first), tail);
    this.#ring.set(bytes.subarray(first), 0);
    this.#length += bytes.length;
  }

  #grow(needed: number): void {
    const ring = new Uint8Array(Math.min(this.#maxLength, Math.max(needed, this.#ring.length * 2)));
    const first = this.#ring.subarray(this.#head, this.#head + this.#length);
    ring.set(first);
    ring.set(this.#ring.subarray(0, this.#length - first.length), first.length);
    this.#ring = ring;
    this.#head = 0;
  }
}

/**
 * A pipe in memory, as its two ends: port of `tokio::io::simplex`. As there, the reader sees
 * the end after the writer's `pollShutdown`, and not when a half is dropped.
 */
export function simplex(
  maxLength: number,
): [reader: ReadHalf<SimplexStream>, writer: WriteHalf<SimplexStream>] {
  return split(new SimplexStream(maxLength));
}
