import type { Context } from '../context.ts';
import { Poll } from '../poll.ts';
import { DEFAULT_BUFFER_SIZE } from './copy-buffer.ts';
import { observedRead } from './observed.ts';
import { ReadBuf } from './read-buf.ts';
import type { AsyncBufRead, AsyncRead } from './traits.ts';

/**
 * Reads from `inner` in large pieces: port of `tokio::io::BufReader`. A read of at least
 * the buffer's size passes by the empty buffer.
 *
 * Difference: it does not pass writes on; `split` a duplex first.
 */
export class BufReader<R extends AsyncRead = AsyncRead> implements AsyncBufRead {
  /** The reader below. Reading from it directly may lose what is buffered. */
  readonly inner: R;
  private readonly bytes: Uint8Array;
  private readonly buf: ReadBuf;
  private consumed = 0;
  private filled = 0;

  constructor(inner: R, capacity: number = DEFAULT_BUFFER_SIZE) {
    if (!(Number.isSafeInteger(capacity) && capacity > 0)) {
      throw new RangeError(`a buffer of ${capacity} bytes: give a whole number from 1 up`);
    }
    this.inner = inner;
    this.bytes = new Uint8Array(capacity);
    this.buf = new ReadBuf(this.bytes);
  }

  /** What is buffered and not consumed; valid until the next poll. */
  get buffer(): Uint8Array {
    return this.bytes.subarray(this.consumed, this.filled);
  }

  pollRead(cx: Context, buf: ReadBuf): Poll<void> {
    const room = buf.remaining;
    if (this.consumed === this.filled && room >= this.bytes.length) {
      return observedRead(this.inner, cx, buf);
    }
    const poll = this.pollFillBuf(cx);
    if (poll.isPending) return poll;
    const amount = Math.min(room, poll.value.length);
    buf.putSlice(poll.value.subarray(0, amount));
    this.consume(amount);
    return Poll.Ready();
  }

  pollFillBuf(cx: Context): Poll<Uint8Array> {
    if (this.consumed === this.filled) {
      this.consumed = 0;
      this.filled = 0;
      this.buf.clear();
      const poll = observedRead(this.inner, cx, this.buf);
      if (poll.isPending) return poll;
      this.filled = this.buf.filledLength;
    }
    return Poll.Ready(this.buffer);
  }

  consume(amount: number): void {
    this.consumed = Math.min(this.consumed + amount, this.filled);
  }
}
