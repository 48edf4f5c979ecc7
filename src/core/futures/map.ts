import type { Context } from '../context.ts';
import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';

/** The type of {@link map}: port of `futures::future::Map`. */
export class MapFuture<T, U> implements Future<U> {
  private readonly inner: Future<T>;
  private readonly f: (value: T) => U;
  private isDone = false;

  constructor(inner: Future<T>, f: (value: T) => U) {
    this.inner = inner;
    this.f = f;
  }

  poll(cx: Context): Poll<U> {
    if (this.isDone) polledAfterReady(this);
    this.isDone = true;
    const poll = this.inner.poll(cx);
    if (poll.isReady) return Poll.Ready(this.f(poll.value));
    this.isDone = false;
    return poll;
  }

  drop(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.inner.drop?.();
  }
}

/** Changes the output of a future: port of `FutureExt::map`. */
export function map<T, U>(future: Future<T>, f: (value: T) => U): MapFuture<T, U> {
  return new MapFuture(future, f);
}
