import type { Context } from '../context.ts';
import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import type { CopyOptions } from './copy.ts';
import { CopyBuffer } from './copy-buffer.ts';
import type { AsyncRead, AsyncWrite } from './traits.ts';

/** One direction: running, then shutting the writer down, then done with a number of bytes. */
class Transfer {
  private readonly buffer: CopyBuffer;
  private state: 'running' | 'shutting-down' | 'done' = 'running';
  private total = 0;

  constructor(options: CopyOptions) {
    this.buffer = new CopyBuffer(options.bufferSize);
  }

  poll(cx: Context, reader: AsyncRead, writer: AsyncWrite): Poll<number> {
    if (this.state === 'running') {
      const poll = this.buffer.pollCopy(cx, reader, writer);
      if (poll.isPending) return poll;
      this.total = poll.value;
      this.state = 'shutting-down';
    }
    if (this.state === 'shutting-down') {
      const poll = writer.pollShutdown(cx);
      if (poll.isPending) return poll;
      this.state = 'done';
    }
    return Poll.Ready(this.total);
  }
}

/** The future of {@link copyBidirectional}. */
export class CopyBidirectional implements Future<[aToB: number, bToA: number]> {
  private readonly a: AsyncRead & AsyncWrite;
  private readonly b: AsyncRead & AsyncWrite;
  private readonly aToB: Transfer;
  private readonly bToA: Transfer;
  private isDone = false;

  constructor(a: AsyncRead & AsyncWrite, b: AsyncRead & AsyncWrite, options: CopyOptions = {}) {
    this.a = a;
    this.b = b;
    this.aToB = new Transfer(options);
    this.bToA = new Transfer(options);
  }

  poll(cx: Context): Poll<[aToB: number, bToA: number]> {
    if (this.isDone) polledAfterReady(this);
    this.isDone = true;
    const aToB = this.aToB.poll(cx, this.a, this.b);
    const bToA = this.bToA.poll(cx, this.b, this.a);
    if (aToB.isReady && bToA.isReady) return Poll.Ready([aToB.value, bToA.value]);
    this.isDone = false;
    return Poll.Pending;
  }
}

/**
 * Copies both ways at once until both sides have ended; what one side has ended is shut
 * down towards the other. Answers the bytes of each direction. Port of
 * `tokio::io::copy_bidirectional`; the first error ends both.
 */
export function copyBidirectional(
  a: AsyncRead & AsyncWrite,
  b: AsyncRead & AsyncWrite,
  options?: CopyOptions,
): CopyBidirectional {
  return new CopyBidirectional(a, b, options);
}
