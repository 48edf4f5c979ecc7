import type { Context } from '../context.ts';
import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { observedRead } from './observed.ts';
import { ReadBuf } from './read-buf.ts';
import type { AsyncRead } from './traits.ts';

const FIRST_CAPACITY = 1024;

/** The future of {@link readToEnd}. */
export class ReadToEnd implements Future<Uint8Array> {
  private readonly reader: AsyncRead;
  private bytes = new Uint8Array(FIRST_CAPACITY);
  private length = 0;
  private buf = new ReadBuf(this.bytes);
  private isDone = false;

  constructor(reader: AsyncRead) {
    this.reader = reader;
  }

  poll(cx: Context): Poll<Uint8Array> {
    if (this.isDone) polledAfterReady(this);
    this.isDone = true;
    for (;;) {
      const before = this.buf.filledLength;
      const poll = observedRead(this.reader, cx, this.buf);
      if (poll.isPending) {
        this.isDone = false;
        return poll;
      }
      const read = this.buf.filledLength - before;
      if (read === 0) return Poll.Ready(this.bytes.subarray(0, this.length));
      this.length += read;
      if (this.length === this.bytes.length) this.grow();
    }
  }

  /** Twice the room. The new buffer begins behind what was read: that is no new progress. */
  private grow(): void {
    const larger = new Uint8Array(this.bytes.length * 2);
    larger.set(this.bytes);
    this.bytes = larger;
    this.buf = new ReadBuf(larger.subarray(this.length));
  }
}

/** Reads all until the end: port of `AsyncReadExt::read_to_end`. */
export function readToEnd(reader: AsyncRead): ReadToEnd {
  return new ReadToEnd(reader);
}
