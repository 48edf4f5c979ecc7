/**
 * One direction of a copy: port of tokio's `io::util::copy::CopyBuffer`, step by step.
 *
 * 1. Room in the buffer and not at the end: read, so that the next write is large. Pending
 *    with nothing buffered: flush what was written before, so that a peer that waits for it
 *    can answer; then Pending.
 * 2. Write what is buffered. Pending: use the wait to top the buffer up.
 * 3. All written: empty again. At the end: flush, then Ready with the bytes copied.
 */
import type { Context } from '../context.ts';
import { madeProgress, pollProceed } from '../coop.ts';
import { Poll } from '../poll.ts';
import { observedRead, observedWrite, writeZero } from './observed.ts';
import { ReadBuf } from './read-buf.ts';
import type { AsyncRead, AsyncWrite } from './traits.ts';

/** tokio's size of a copy's buffer. */
export const DEFAULT_BUFFER_SIZE = 8 * 1024;

export class CopyBuffer {
  private readonly bytes: Uint8Array;
  private readonly buf: ReadBuf;
  private isAtEnd = false;
  private needsFlush = false;
  private hasSpent = false;
  private written = 0;
  private filled = 0;
  private total = 0;

  constructor(bufferSize: number = DEFAULT_BUFFER_SIZE) {
    if (!(Number.isSafeInteger(bufferSize) && bufferSize > 0)) {
      throw new RangeError(`a buffer of ${bufferSize} bytes: give a whole number from 1 up`);
    }
    this.bytes = new Uint8Array(bufferSize);
    this.buf = new ReadBuf(this.bytes);
  }

  /** Ready with the bytes copied once `reader` has ended and all is flushed. */
  pollCopy(cx: Context, reader: AsyncRead, writer: AsyncWrite): Poll<number> {
    if (!pollProceed(cx)) return Poll.Pending;
    this.hasSpent = false;
    for (;;) {
      if (this.filled < this.bytes.length && !this.isAtEnd) {
        const isPending = this.pollFill(cx, reader).isPending;
        if (isPending && this.written === this.filled) return this.flushWhileWaiting(cx, writer);
      }
      while (this.written < this.filled) {
        const poll = this.pollWrite(cx, reader, writer);
        if (poll.isPending) return poll;
        if (poll.value === 0) throw writeZero(writer);
        this.written += poll.value;
        this.total += poll.value;
        this.needsFlush = true;
      }
      this.empty();
      if (this.isAtEnd) {
        const poll = writer.pollFlush(cx);
        if (poll.isPending) return poll;
        this.spend();
        return Poll.Ready(this.total);
      }
    }
  }

  private pollFill(cx: Context, reader: AsyncRead): Poll<void> {
    const poll = observedRead(reader, cx, this.buf);
    if (poll.isPending) return poll;
    this.spend();
    const filled = this.buf.filledLength;
    this.isAtEnd = filled === this.filled;
    this.filled = filled;
    return poll;
  }

  private empty(): void {
    this.written = 0;
    this.filled = 0;
    this.buf.clear();
  }

  private pollWrite(cx: Context, reader: AsyncRead, writer: AsyncWrite): Poll<number> {
    const poll = observedWrite(writer, cx, this.bytes.subarray(this.written, this.filled));
    if (poll.isReady) this.spend();
    else if (!this.isAtEnd && this.filled < this.bytes.length) this.pollFill(cx, reader);
    return poll;
  }

  private flushWhileWaiting(cx: Context, writer: AsyncWrite): Poll<never> {
    if (this.needsFlush && writer.pollFlush(cx).isReady) {
      this.needsFlush = false;
      this.spend();
    }
    return Poll.Pending;
  }

  /** A poll of the copy is one operation of the budget, whatever it moved, as in tokio. */
  private spend(): void {
    if (this.hasSpent) return;
    this.hasSpent = true;
    madeProgress();
  }
}
