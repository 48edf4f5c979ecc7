/**
 * Wrappers that answer Pending once before each Ready, after they have woken the task
 * themselves: `futures_test::future::InterleavePending`, for futures, streams, readers and
 * writers. What is right through them does not count on being Ready at once. Each method
 * has a turn of its own. What is really Pending is asked every time and not interrupted
 * again: two idle streams in one task would else wake each other for ever.
 */
import type { Context } from '../core/context.ts';
import type { Future, Next, Stream } from '../core/future.ts';
import type { ReadBuf } from '../core/io/read-buf.ts';
import type { AsyncBufRead, AsyncRead, AsyncWrite } from '../core/io/traits.ts';
import { Poll } from '../core/poll.ts';

/** Whose turn it is: ours, to answer Pending, or that of what we wrap. */
class Turn {
  private hasInterrupted = false;

  /** Wakes the task and says true, once before each Ready. */
  interrupts(cx: Context): boolean {
    if (this.hasInterrupted) return false;
    this.hasInterrupted = true;
    cx.waker.wakeByRef();
    return true;
  }

  /** Passes the answer on; after a Ready it is our turn again. */
  after<T>(poll: Poll<T>): Poll<T> {
    if (poll.isReady) this.hasInterrupted = false;
    return poll;
  }
}

interface Droppable {
  drop?(): void;
}

/** A future, which is Pending once before each Ready. */
export class InterleavedFuture<T> implements Future<T> {
  private readonly inner: Future<T>;
  private readonly turn = new Turn();
  constructor(inner: Future<T>) {
    this.inner = inner;
  }
  poll(cx: Context): Poll<T> {
    if (this.turn.interrupts(cx)) return Poll.Pending;
    return this.turn.after(this.inner.poll(cx));
  }
  drop(): void {
    this.inner.drop?.();
  }
}

/** A stream, which is Pending once before each Ready. */
export class InterleavedStream<T> implements Stream<T> {
  private readonly inner: Stream<T>;
  private readonly turn = new Turn();
  constructor(inner: Stream<T>) {
    this.inner = inner;
  }
  pollNext(cx: Context): Poll<Next<T>> {
    if (this.turn.interrupts(cx)) return Poll.Pending;
    return this.turn.after(this.inner.pollNext(cx));
  }
  drop(): void {
    this.inner.drop?.();
  }
}

/** A reader, which is Pending once before each Ready. */
export class InterleavedReader<R extends AsyncRead> implements AsyncRead {
  readonly inner: R;
  private readonly turn = new Turn();
  constructor(inner: R) {
    this.inner = inner;
  }
  pollRead(cx: Context, buf: ReadBuf): Poll<void> {
    if (this.turn.interrupts(cx)) return Poll.Pending;
    return this.turn.after(this.inner.pollRead(cx, buf));
  }
  drop(): void {
    (this.inner as Droppable).drop?.();
  }
}

/** A buffered reader, which is Pending once before each Ready. */
export class InterleavedBufReader<R extends AsyncBufRead>
  extends InterleavedReader<R>
  implements AsyncBufRead
{
  private readonly fillTurn = new Turn();
  pollFillBuf(cx: Context): Poll<Uint8Array> {
    if (this.fillTurn.interrupts(cx)) return Poll.Pending;
    return this.fillTurn.after(this.inner.pollFillBuf(cx));
  }
  consume(amount: number): void {
    this.inner.consume(amount);
  }
}

/** A writer, which is Pending once before each Ready. */
export class InterleavedWriter<W extends AsyncWrite> implements AsyncWrite {
  readonly inner: W;
  private readonly writeTurn = new Turn();
  private readonly flushTurn = new Turn();
  private readonly shutdownTurn = new Turn();
  constructor(inner: W) {
    this.inner = inner;
  }
  pollWrite(cx: Context, bytes: Uint8Array): Poll<number> {
    if (this.writeTurn.interrupts(cx)) return Poll.Pending;
    return this.writeTurn.after(this.inner.pollWrite(cx, bytes));
  }
  pollFlush(cx: Context): Poll<void> {
    if (this.flushTurn.interrupts(cx)) return Poll.Pending;
    return this.flushTurn.after(this.inner.pollFlush(cx));
  }
  pollShutdown(cx: Context): Poll<void> {
    if (this.shutdownTurn.interrupts(cx)) return Poll.Pending;
    return this.shutdownTurn.after(this.inner.pollShutdown(cx));
  }
  drop(): void {
    (this.inner as Droppable).drop?.();
  }
}

/** A reader and writer, each method of which is Pending once before each Ready. */
export class InterleavedDuplex<D extends AsyncRead & AsyncWrite>
  extends InterleavedWriter<D>
  implements AsyncRead
{
  private readonly readTurn = new Turn();
  pollRead(cx: Context, buf: ReadBuf): Poll<void> {
    if (this.readTurn.interrupts(cx)) return Poll.Pending;
    return this.readTurn.after(this.inner.pollRead(cx, buf));
  }
}

type Pollable = Future<unknown> | Stream<unknown> | AsyncRead | AsyncWrite;

function has<M extends string>(value: object, method: M): value is Record<M, unknown> {
  return method in value;
}

/**
 * Wraps a future, stream, reader, writer or duplex, by the methods that it has. Something
 * that is two of these kinds at once (a channel's receiver that is a future and a stream)
 * is wrapped as the first; use the class for another.
 */
export function interleavePending<D extends AsyncRead & AsyncWrite>(io: D): InterleavedDuplex<D>;
export function interleavePending<R extends AsyncBufRead>(reader: R): InterleavedBufReader<R>;
export function interleavePending<R extends AsyncRead>(reader: R): InterleavedReader<R>;
export function interleavePending<W extends AsyncWrite>(writer: W): InterleavedWriter<W>;
export function interleavePending<T>(future: Future<T>): InterleavedFuture<T>;
export function interleavePending<T>(stream: Stream<T>): InterleavedStream<T>;
export function interleavePending(inner: Pollable): Pollable {
  if (has(inner, 'poll')) return new InterleavedFuture(inner);
  if (has(inner, 'pollNext')) return new InterleavedStream(inner);
  if (has(inner, 'pollRead') && has(inner, 'pollWrite')) {
    return new InterleavedDuplex(inner as AsyncRead & AsyncWrite);
  }
  if (has(inner, 'pollFillBuf')) return new InterleavedBufReader(inner as AsyncBufRead);
  if (has(inner, 'pollRead')) return new InterleavedReader(inner);
  return new InterleavedWriter(inner);
}
