import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';

/** The type of {@link pending}: port of `core::future::Pending`. */
export class PendingFuture<T = never> implements Future<T> {
  poll(): Poll<T> {
    return Poll.Pending;
  }
}

/** A future that is never Ready and wakes nobody: port of `core::future::pending`. */
export function pending<T = never>(): PendingFuture<T> {
  return new PendingFuture();
}
