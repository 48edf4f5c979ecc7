import type { Context } from '../context.ts';
import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';

/** The type of {@link fuse}: port of `futures::future::Fuse`. */
export class Fuse<T> implements Future<T> {
  private inner: Future<T> | null;

  constructor(inner: Future<T> | null) {
    this.inner = inner;
  }

  /** A fused future that is over already: `Fuse::terminated()`. */
  static terminated<T>(): Fuse<T> {
    return new Fuse<T>(null);
  }

  /** True once it was Ready, or was dropped: it will never be Ready again. */
  get isTerminated(): boolean {
    return this.inner === null;
  }

  poll(cx: Context): Poll<T> {
    const inner = this.inner;
    if (inner === null) return Poll.Pending;
    this.inner = null;
    const poll = inner.poll(cx);
    if (poll.isPending) this.inner = inner;
    return poll;
  }

  drop(): void {
    const inner = this.inner;
    this.inner = null;
    inner?.drop?.();
  }
}

/** Answers Pending for ever once `future` was Ready: port of `FutureExt::fuse`. */
export function fuse<T>(future: Future<T>): Fuse<T> {
  return new Fuse(future);
}
