import type { Context } from '../context.ts';
import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { observedWrite, writeZero } from './observed.ts';
import type { AsyncWrite } from './traits.ts';

/** The future of {@link writeAll}. */
export class WriteAll implements Future<void> {
  private readonly writer: AsyncWrite;
  private bytes: Uint8Array;
  private isDone = false;

  constructor(writer: AsyncWrite, bytes: Uint8Array) {
    this.writer = writer;
    this.bytes = bytes;
  }

  poll(cx: Context): Poll<void> {
    if (this.isDone) polledAfterReady(this);
    this.isDone = true;
    while (this.bytes.length > 0) {
      const poll = observedWrite(this.writer, cx, this.bytes);
      if (poll.isPending) {
        this.isDone = false;
        return poll;
      }
      if (poll.value === 0) throw writeZero(this.writer);
      this.bytes = this.bytes.subarray(poll.value);
    }
    return Poll.Ready();
  }
}

/**
 * Writes all of `bytes`, which must not change meanwhile: port of `AsyncWriteExt::write_all`.
 * Does not flush. Throws WRITE_ZERO when the writer accepts nothing.
 */
export function writeAll(writer: AsyncWrite, bytes: Uint8Array): WriteAll {
  return new WriteAll(writer, bytes);
}
