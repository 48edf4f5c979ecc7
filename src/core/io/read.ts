import type { Context } from '../context.ts';
import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { observedRead } from './observed.ts';
import { ReadBuf } from './read-buf.ts';
import type { AsyncRead } from './traits.ts';

/** The future of {@link read}. */
export class Read implements Future<number> {
  private readonly reader: AsyncRead;
  private readonly buf: ReadBuf;
  private isDone = false;

  constructor(reader: AsyncRead, bytes: Uint8Array) {
    this.reader = reader;
    this.buf = new ReadBuf(bytes);
  }

  poll(cx: Context): Poll<number> {
    if (this.isDone) polledAfterReady(this);
    this.isDone = true;
    const poll = observedRead(this.reader, cx, this.buf);
    if (poll.isReady) return Poll.Ready(this.buf.filledLength);
    this.isDone = false;
    return poll;
  }
}

/** Reads once, into `bytes`; 0 is the end. Port of `AsyncReadExt::read`. */
export function read(reader: AsyncRead, bytes: Uint8Array): Read {
  return new Read(reader, bytes);
}
