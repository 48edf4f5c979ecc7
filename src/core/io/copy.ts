import type { Context } from '../context.ts';
import type { Future } from '../future.ts';
import type { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { CopyBuffer } from './copy-buffer.ts';
import type { AsyncRead, AsyncWrite } from './traits.ts';

export interface CopyOptions {
  /** Bytes of the buffer of each direction; 8192 unless told. */
  readonly bufferSize?: number;
}

/** The future of {@link copy}. */
export class Copy implements Future<number> {
  private readonly reader: AsyncRead;
  private readonly writer: AsyncWrite;
  private readonly buffer: CopyBuffer;
  private isDone = false;

  constructor(reader: AsyncRead, writer: AsyncWrite, options: CopyOptions = {}) {
    this.reader = reader;
    this.writer = writer;
    this.buffer = new CopyBuffer(options.bufferSize);
  }

  poll(cx: Context): Poll<number> {
    if (this.isDone) polledAfterReady(this);
    this.isDone = true;
    const poll = this.buffer.pollCopy(cx, this.reader, this.writer);
    this.isDone = poll.isReady;
    return poll;
  }
}

/**
 * Copies until `reader` ends and answers the bytes copied: port of `tokio::io::copy`. Both
 * are borrowed: neither is shut down or dropped. Throws WRITE_ZERO when the writer accepts
 * nothing.
 */
export function copy(reader: AsyncRead, writer: AsyncWrite, options?: CopyOptions): Copy {
  return new Copy(reader, writer, options);
}
