import type { Context } from '../context.ts';
import { IoError } from '../error.ts';
import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { observedRead } from './observed.ts';
import { ReadBuf } from './read-buf.ts';
import type { AsyncRead } from './traits.ts';

/** The future of {@link readExact}. */
export class ReadExact implements Future<Uint8Array> {
  private readonly reader: AsyncRead;
  private readonly bytes: Uint8Array;
  private readonly buf: ReadBuf;
  private isDone = false;

  constructor(reader: AsyncRead, bytes: Uint8Array) {
    this.reader = reader;
    this.bytes = bytes;
    this.buf = new ReadBuf(bytes);
  }

  poll(cx: Context): Poll<Uint8Array> {
    if (this.isDone) polledAfterReady(this);
    this.isDone = true;
    for (let room = this.buf.remaining; room > 0; ) {
      const poll = observedRead(this.reader, cx, this.buf);
      if (poll.isPending) {
        this.isDone = false;
        return poll;
      }
      const left = this.buf.remaining;
      if (left === room) {
        const { length } = this.bytes;
        throw new IoError(
          'UNEXPECTED_EOF',
          `the end came after ${length - left} of ${length} bytes`,
        );
      }
      room = left;
    }
    return Poll.Ready(this.bytes);
  }
}

/**
 * Fills `bytes` (or a new array of that length) and answers it: port of
 * `AsyncReadExt::read_exact`. Throws UNEXPECTED_EOF when the reader ends before.
 */
export function readExact(reader: AsyncRead, bytes: Uint8Array | number): ReadExact {
  return new ReadExact(reader, typeof bytes === 'number' ? new Uint8Array(bytes) : bytes);
}
