import type { Context } from '../context.ts';
import type { Poll } from '../poll.ts';
import type { ReadBuf } from './read-buf.ts';
import { SimplexStream } from './simplex-stream.ts';
import type { AsyncDuplex } from './split.ts';

/** One end of a pipe in memory of both directions: port of `tokio::io::DuplexStream`. */
export class DuplexStream implements AsyncDuplex {
  readonly #incoming: SimplexStream;
  readonly #outgoing: SimplexStream;

  constructor(incoming: SimplexStream, outgoing: SimplexStream) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  pollRead(cx: Context, buf: ReadBuf): Poll<void> {
    return this.#incoming.pollRead(cx, buf);
  }

  pollWrite(cx: Context, bytes: Uint8Array): Poll<number> {
    return this.#outgoing.pollWrite(cx, bytes);
  }

  pollFlush(cx: Context): Poll<void> {
    return this.#outgoing.pollFlush(cx);
  }

  pollShutdown(cx: Context): Poll<void> {
    return this.#outgoing.pollShutdown(cx);
  }

  /** The other end reads what was written and then the end; its writes fail. */
  drop(): void {
    this.#outgoing.dropWriter();
    this.#incoming.dropReader();
  }

  [Symbol.dispose](): void {
    this.drop();
  }
}

/**
 * Two connected ends, each of which holds at most `maxLength` bytes on their way to the
 * other: port of `tokio::io::duplex`. Throws RangeError below 1.
 */
export function duplex(maxLength: number): [DuplexStream, DuplexStream] {
  const one = new SimplexStream(maxLength);
  const two = new SimplexStream(maxLength);
  return [new DuplexStream(one, two), new DuplexStream(two, one)];
}
