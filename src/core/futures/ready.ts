import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';

/** The type of {@link ready}: port of `core::future::Ready`. */
export class ReadyFuture<T> implements Future<T> {
  private readonly value: T;
  private isDone = false;

  constructor(value: T) {
    this.value = value;
  }

  poll(): Poll<T> {
    if (this.isDone) polledAfterReady(this);
    this.isDone = true;
    return Poll.Ready(this.value);
  }
}

/** A future that is Ready with `value` at its first poll: port of `core::future::ready`. */
export function ready(): ReadyFuture<void>;
export function ready<T>(value: T): ReadyFuture<T>;
export function ready(value?: unknown): ReadyFuture<unknown> {
  return new ReadyFuture(value);
}
