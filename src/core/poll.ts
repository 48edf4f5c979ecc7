/**
 * Port of `core::task::Poll`.
 *
 * Deliberate differences from Rust: errors are thrown, so `Poll<Result<T, E>>` is
 * `Poll<T>` and a poll that throws is `Ready(Err(e))`. Both states are instances of one
 * class, so that `poll.isReady` stays monomorphic in the executor's loop.
 */

/** The value is not there yet; the waker of the context was (or must have been) kept. */
export interface Pending {
  readonly isReady: false;
  readonly isPending: true;
}

/** The value is there. A future must not be polled again after this. */
export interface Ready<T> {
  readonly isReady: true;
  readonly isPending: false;
  readonly value: T;
}

/** What one poll answers: `core::task::Poll<T>`. */
export type Poll<T> = Pending | Ready<T>;

class Outcome<T> {
  readonly isReady: boolean;
  readonly isPending: boolean;
  readonly value: T;
  constructor(isReady: boolean, value: T) {
    this.isReady = isReady;
    this.isPending = !isReady;
    this.value = value;
  }
}

const PENDING = Object.freeze(new Outcome<undefined>(false, undefined)) as Pending;
const READY_VOID = Object.freeze(new Outcome<undefined>(true, undefined)) as Ready<undefined>;

function readyOf(): Ready<void>;
function readyOf<T>(value: T): Ready<T>;
function readyOf(value?: unknown): Ready<unknown> {
  return value === undefined ? READY_VOID : (new Outcome(true, value) as Ready<unknown>);
}

/** Constructors and combinators of {@link Poll}. */
export const Poll = {
  /** `Poll::Pending`: one shared object, never allocates. */
  Pending: PENDING,
  /** `Poll::Ready(value)`: allocates nothing when there is no value. */
  Ready: readyOf,
  /** `Poll::map`. */
  map<T, U>(poll: Poll<T>, f: (value: T) => U): Poll<U> {
    return poll.isReady ? readyOf(f(poll.value)) : poll;
  },
} as const;
