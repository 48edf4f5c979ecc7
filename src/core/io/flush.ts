import type { Context } from '../context.ts';
import type { Future } from '../future.ts';
import type { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import type { AsyncWrite } from './traits.ts';

/** The future of {@link flush}. */
export class Flush implements Future<void> {
  private readonly writer: AsyncWrite;
  private isDone = false;

  constructor(writer: AsyncWrite) {
    this.writer = writer;
  }

  poll(cx: Context): Poll<void> {
    if (this.isDone) polledAfterReady(this);
    this.isDone = true;
    const poll = this.writer.pollFlush(cx);
    this.isDone = poll.isReady;
    return poll;
  }
}

/** Sends on what a writer has buffered: port of `AsyncWriteExt::flush`. */
export function flush(writer: AsyncWrite): Flush {
  return new Flush(writer);
}
