import type { Duplex } from 'node:stream';
import type { Context } from '../context.ts';
import type { ReadBuf } from '../io/read-buf.ts';
import type { AsyncDuplex } from '../io/split.ts';
import type { Poll } from '../poll.ts';
import { NodeFault } from './node-fault.ts';
import { NodeReader } from './node-reader.ts';
import { NodeWriter } from './node-writer.ts';

/**
 * A node:stream Duplex, such as a net or TLS socket, as AsyncRead and AsyncWrite: a leaf.
 *
 * Half-close is as in tokio: the end of what is read does not end what is written, so the
 * stream's `allowHalfOpen` is switched on. See NodeReader and NodeWriter for the rest.
 */
export class NodeDuplex<D extends Duplex = Duplex> implements AsyncDuplex {
  readonly #stream: D;
  readonly #reader: NodeReader;
  readonly #writer: NodeWriter;

  constructor(stream: D) {
    stream.allowHalfOpen = true;
    const fault = new NodeFault(stream);
    this.#stream = stream;
    this.#reader = new NodeReader(stream, fault);
    this.#writer = new NodeWriter(stream, fault);
  }

  /** The stream below, to ask or to set; do not read, write or end it. */
  get inner(): D {
    return this.#stream;
  }

  pollRead(cx: Context, buf: ReadBuf): Poll<void> {
    return this.#reader.pollRead(cx, buf);
  }

  pollWrite(cx: Context, bytes: Uint8Array): Poll<number> {
    return this.#writer.pollWrite(cx, bytes);
  }

  pollFlush(cx: Context): Poll<void> {
    return this.#writer.pollFlush(cx);
  }

  pollShutdown(cx: Context): Poll<void> {
    return this.#writer.pollShutdown(cx);
  }

  /** Gives the stream back, without listeners of ours. */
  intoInner(): D {
    this.#reader.intoInner();
    this.#writer.intoInner();
    return this.#stream;
  }

  /** Destroys the stream, as the drop of a socket closes it. */
  drop(): void {
    this.#stream.destroy();
    this.intoInner();
  }

  [Symbol.dispose](): void {
    this.drop();
  }
}
