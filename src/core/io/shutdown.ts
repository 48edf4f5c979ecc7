import type { Context } from '../context.ts';
import type { Future } from '../future.ts';
import type { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import type { AsyncWrite } from './traits.ts';

/** The future of {@link shutdown}. */
export class Shutdown implements Future<void> {
  private readonly writer: AsyncWrite;
  private isDone = false;

  constructor(writer: AsyncWrite) {
    this.writer = writer;
  }

  poll(cx: Context): Poll<void> {
    if (this.isDone) polledAfterReady(this);
    this.isDone = true;
    const poll = this.writer.pollShutdown(cx);
    this.isDone = poll.isReady;
    return poll;
  }
}

/** Flushes, then says that nothing more will be written: port of `AsyncWriteExt::shutdown`. */
export function shutdown(writer: AsyncWrite): Shutdown {
  return new Shutdown(writer);
}
