import type { Context } from '../context.ts';
import type { Future } from '../future.ts';
import type { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { observedWrite } from './observed.ts';
import type { AsyncWrite } from './traits.ts';

/** The future of {@link write}. */
export class Write implements Future<number> {
  private readonly writer: AsyncWrite;
  private readonly bytes: Uint8Array;
  private isDone = false;

  constructor(writer: AsyncWrite, bytes: Uint8Array) {
    this.writer = writer;
    this.bytes = bytes;
  }

  poll(cx: Context): Poll<number> {
    if (this.isDone) polledAfterReady(this);
    this.isDone = true;
    const poll = observedWrite(this.writer, cx, this.bytes);
    this.isDone = poll.isReady;
    return poll;
  }
}

/** Writes once and answers how much was accepted: port of `AsyncWriteExt::write`. */
export function write(writer: AsyncWrite, bytes: Uint8Array): Write {
  return new Write(writer, bytes);
}
