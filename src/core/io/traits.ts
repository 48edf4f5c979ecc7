import type { Context } from '../context.ts';
import type { Poll } from '../poll.ts';
import type { ReadBuf } from './read-buf.ts';

/**
 * Port of `tokio::io::AsyncRead`.
 *
 * Ready with a grown `buf` is progress; Ready without growth into a buffer with room is
 * the end of file, once and for all; Pending means the waker was kept. An error is thrown.
 */
export interface AsyncRead {
  pollRead(cx: Context, buf: ReadBuf): Poll<void>;
}

/** Port of `tokio::io::AsyncBufRead`. An empty Ready slice is the end of file. */
export interface AsyncBufRead extends AsyncRead {
  pollFillBuf(cx: Context): Poll<Uint8Array>;
  consume(amount: number): void;
}

/**
 * Port of `tokio::io::AsyncWrite`.
 *
 * Ready(n) accepted the first `n` bytes; 0 of a non-empty buffer means that nothing will
 * ever be accepted again.
 */
export interface AsyncWrite {
  pollWrite(cx: Context, bytes: Uint8Array): Poll<number>;
  pollFlush(cx: Context): Poll<void>;
  pollShutdown(cx: Context): Poll<void>;
}
