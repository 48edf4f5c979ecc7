/**
 * A node:stream Writable as an AsyncWrite: a leaf. It accepts what the stream has room for
 * below its high-water mark, and then waits for 'drain'. `pollFlush` is Ready once Node has
 * handed everything on; `pollShutdown` once it has finished.
 *
 * Node keeps what it is given until it is written, and callers reuse their buffers: so
 * what is accepted is copied, once. The writer owns the stream: see NodeReader.
 */
import type { Writable } from 'node:stream';
import { AtomicWaker } from '../atomic-waker.ts';
import type { Context } from '../context.ts';
import { madeProgress, pollProceed } from '../coop.ts';
import { IoError } from '../error.ts';
import type { AsyncWrite } from '../io/traits.ts';
import { Poll } from '../poll.ts';
import { noteProgress, ProgressCell } from '../progress.ts';
import { NodeFault } from './node-fault.ts';

const EVENTS = ['drain', 'finish', 'error', 'close'] as const;

export class NodeWriter implements AsyncWrite {
  readonly #stream: Writable;
  readonly #fault: NodeFault;
  readonly #waker = new AtomicWaker();
  readonly #wake = (): void => this.#waker.wake();
  readonly #written = (): void => {
    if (this.#stream.writableLength === 0) this.#waker.wake();
  };

  /** Throws TypeError for a stream in object mode: bytes only. */
  constructor(stream: Writable, fault: NodeFault = new NodeFault(stream)) {
    if (stream.writableObjectMode) {
      throw new TypeError('only a stream of bytes can be written to: no object mode');
    }
    this.#stream = stream;
    this.#fault = fault;
    for (const event of EVENTS) stream.on(event, this.#wake);
  }

  /** Throws the stream's error once, then BROKEN_PIPE. */
  pollWrite(cx: Context, bytes: Uint8Array): Poll<number> {
    if (!pollProceed(cx)) return Poll.Pending;
    const stream = this.#stream;
    this.#check();
    if (stream.writableNeedDrain) return this.#wait(cx);
    const room = Math.max(1, stream.writableHighWaterMark - stream.writableLength);
    const amount = Math.min(room, bytes.length);
    if (amount > 0) {
      stream.write(Buffer.from(bytes.subarray(0, amount)), this.#written);
      noteProgress(ProgressCell.BYTES_WRITTEN, amount);
    }
    madeProgress();
    return Poll.Ready(amount);
  }

  pollFlush(cx: Context): Poll<void> {
    this.#fault.throwOnce();
    const { writableLength, destroyed } = this.#stream;
    return writableLength === 0 || destroyed ? Poll.Ready() : this.#wait(cx);
  }

  pollShutdown(cx: Context): Poll<void> {
    const stream = this.#stream;
    this.#fault.throwOnce();
    if (stream.writableFinished || stream.destroyed) return Poll.Ready();
    const poll = this.#wait(cx);
    if (!stream.writableEnded) stream.end();
    return poll;
  }

  /** Gives the stream back, without listeners of ours. */
  intoInner(): Writable {
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

  #wait(cx: Context): Poll<never> {
    this.#waker.register(cx.waker);
    return Poll.Pending;
  }

  #check(): void {
    if (this.#stream.writable) return;
    madeProgress();
    this.#fault.throwOnce();
    throw new IoError('BROKEN_PIPE', 'the stream takes no more: it has ended or was destroyed');
  }
}
