/**
 * A node:stream Readable as an AsyncRead: a leaf. It takes no more out of the stream than
 * fits, so Node's high-water mark is the only buffer, and its back-pressure holds.
 *
 * The reader owns the stream: `drop` destroys it; `intoInner` gives it back. An error is
 * thrown once, then reads answer the end.
 */
import type { Readable } from 'node:stream';
import { AtomicWaker } from '../atomic-waker.ts';
import type { Context } from '../context.ts';
import { madeProgress, pollProceed } from '../coop.ts';
import type { ReadBuf } from '../io/read-buf.ts';
import type { AsyncRead } from '../io/traits.ts';
import { Poll } from '../poll.ts';
import { NodeFault } from './node-fault.ts';

const EVENTS = ['readable', 'end', 'error', 'close'] as const;

export class NodeReader implements AsyncRead {
  readonly #stream: Readable;
  readonly #fault: NodeFault;
  readonly #waker = new AtomicWaker();
  readonly #wake = (): void => this.#waker.wake();

  /** Throws TypeError for object mode and for streams with an encoding: bytes only. */
  constructor(stream: Readable, fault: NodeFault = new NodeFault(stream)) {
    if (stream.readableObjectMode || stream.readableEncoding !== null) {
      throw new TypeError('only a stream of bytes can be read: no object mode, no encoding');
    }
    this.#stream = stream;
    this.#fault = fault;
    for (const event of EVENTS) stream.on(event, this.#wake);
  }

  pollRead(cx: Context, buf: ReadBuf): Poll<void> {
    if (!pollProceed(cx)) return Poll.Pending;
    if (buf.remaining > 0 && !this.#fill(buf)) {
      this.#waker.register(cx.waker);
      return Poll.Pending;
    }
    madeProgress();
    return Poll.Ready();
  }

  /** False when there is nothing yet. */
  #fill(buf: ReadBuf): boolean {
    const stream = this.#stream;
    // `read(0)` takes nothing: it tells Node to go and get more, or to end.
    if (stream.readableLength === 0) stream.read(0);
    const chunk = this.#take(buf.remaining);
    if (chunk !== null) {
      buf.putSlice(chunk);
      return true;
    }
    if (stream.readableEnded) return true;
    if (!stream.destroyed) return false;
    this.#fault.throwPrematureCloseOnce();
    return true;
  }

  /** At most `room` bytes; null when there are none. */
  #take(room: number): Uint8Array | null {
    const stream = this.#stream;
    const { readableLength } = stream;
    if (readableLength === 0) return null;
    // Without a size where that is enough: a size above the high-water mark would raise it.
    const chunk: unknown = readableLength <= room ? stream.read() : stream.read(room);
    return chunk as Uint8Array | null;
  }

  /** Gives the stream back, without listeners of ours. */
  intoInner(): Readable {
    this.#waker.clear();
    for (const event of EVENTS) this.#stream.off(event, this.#wake);
    return this.#stream;
  }

  drop(): void {
    this.#stream.destroy();
    this.intoInner();
  }

  [Symbol.dispose](): void {
    this.drop();
  }
}
