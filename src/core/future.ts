import type { Context } from './context.ts';
import type { Poll } from './poll.ts';

/**
 * Port of `core::future::Future`.
 *
 * Implementation: answer Pending only after the context's waker was handed to whatever
 * will unblock you; never wake it yourself without having made progress; do not block;
 * do not expect to be polled after Ready. An error is thrown.
 */
export interface Future<T> {
  poll(cx: Context): Poll<T>;
  /**
   * Rust's `Drop`: called at most once, when the future is given up before it was Ready
   * (abort, timeout, the loser of a select). Release what you hold; do not throw.
   */
  drop?(): void;
}

/** `Option` in the shape of an iterator's result, as JavaScript has it. */
export type Next<T> = { readonly done: false; readonly value: T } | { readonly done: true };

/** The shared end of a stream: `None`. */
export const END: { readonly done: true } = Object.freeze({ done: true });

/**
 * Port of `futures_core::Stream`: `Poll<Option<Item>>` is `Poll<Next<T>>`.
 * After the end it may be polled again and should answer the end again.
 */
export interface Stream<T> {
  pollNext(cx: Context): Poll<Next<T>>;
  drop?(): void;
}

/** True for anything with a `poll` method. */
export function isFuture(value: unknown): value is Future<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Future<unknown>).poll === 'function'
  );
}

/**
 * A future that knows a better name for its type than its class says it under this mark:
 * a string, empty when it has none.
 */
export const typeName: unique symbol = Symbol.for('selfwake.typeName');
