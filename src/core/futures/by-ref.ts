import type { Context } from '../context.ts';
import type { Future } from '../future.ts';
import type { Poll } from '../poll.ts';

/** The type of {@link byRef}. */
export class ByRef<T> implements Future<T> {
  private readonly inner: Future<T>;

  constructor(inner: Future<T>) {
    this.inner = inner;
  }

  poll(cx: Context): Poll<T> {
    return this.inner.poll(cx);
  }
}

/**
 * Lends a future without giving it away: Rust's `&mut future`. The borrower polls it, and
 * does not drop it: `select([byRef(shutdown), receiver.recv()])` in a loop keeps `shutdown`.
 */
export function byRef<T>(future: Future<T>): ByRef<T> {
  return new ByRef(future);
}
