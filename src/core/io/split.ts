/**
 * Port of `tokio::io::split`: one stream as a reader and a writer with an owner each.
 *
 * Difference: no lock, as one thread polls both; `drop` of both halves drops the stream.
 */
import type { Context } from '../context.ts';
import type { Poll } from '../poll.ts';
import type { ReadBuf } from './read-buf.ts';
import type { AsyncRead, AsyncWrite } from './traits.ts';

/** A stream of both directions. */
export interface AsyncDuplex extends AsyncRead, AsyncWrite {
  /** Releases what it holds; see `Future.drop`. */
  drop?(): void;
}

class Halves {
  left = 2;
  dropOne(io: AsyncDuplex): void {
    this.left -= 1;
    if (this.left === 0) io.drop?.();
  }
}

/** Port of `tokio::io::ReadHalf`. */
export class ReadHalf<T extends AsyncDuplex = AsyncDuplex> implements AsyncRead {
  private readonly inner: T;
  readonly #halves: Halves;
  #isDropped = false;

  constructor(inner: T, halves: Halves) {
    this.inner = inner;
    this.#halves = halves;
  }

  pollRead(cx: Context, buf: ReadBuf): Poll<void> {
    return this.inner.pollRead(cx, buf);
  }

  /** True when both are halves of one stream. */
  isPairOf(other: WriteHalf<T>): boolean {
    return other.isHalfOf(this.inner);
  }

  /** Puts the halves together again. Throws TypeError when they are not a pair. */
  unsplit(other: WriteHalf<T>): T {
    if (!this.isPairOf(other)) throw new TypeError('unsplit of halves of different streams');
    return this.inner;
  }

  drop(): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    this.#halves.dropOne(this.inner);
  }
}

/** Port of `tokio::io::WriteHalf`. */
export class WriteHalf<T extends AsyncDuplex = AsyncDuplex> implements AsyncWrite {
  private readonly inner: T;
  readonly #halves: Halves;
  #isDropped = false;

  constructor(inner: T, halves: Halves) {
    this.inner = inner;
    this.#halves = halves;
  }

  pollWrite(cx: Context, bytes: Uint8Array): Poll<number> {
    return this.inner.pollWrite(cx, bytes);
  }

  pollFlush(cx: Context): Poll<void> {
    return this.inner.pollFlush(cx);
  }

  pollShutdown(cx: Context): Poll<void> {
    return this.inner.pollShutdown(cx);
  }

  /** True when `stream` is what it is a half of. */
  isHalfOf(stream: T): boolean {
    return stream === this.inner;
  }

  drop(): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    this.#halves.dropOne(this.inner);
  }
}

/** Splits a stream: `tokio::io::split`. */
export function split<T extends AsyncDuplex>(stream: T): [ReadHalf<T>, WriteHalf<T>] {
  const halves = new Halves();
  return [new ReadHalf(stream, halves), new WriteHalf(stream, halves)];
}
