/**
 * Port of `core::task::{Waker, RawWaker, RawWakerVTable}` and `futures::task::ArcWake`.
 *
 * The contract, as in Rust:
 * 1. A poll that answers Pending has arranged that the *latest* context's waker is woken
 *    once progress may be possible.
 * 2. Wakes may come from anywhere, any number of times: before, during and after the
 *    poll, and after the task's completion. Extra wakes are harmless, and coalesce.
 * 3. `wake` consumes the waker (it counts as its drop); `wakeByRef` does not.
 *
 * Deliberate differences: JavaScript has no destructors, so `clone` may answer the same
 * object and `drop` is optional bookkeeping; a waker that is never dropped leaks nothing.
 */

/** Why a task re-armed itself on purpose. A yield is no fault by itself. */
export type YieldReason = 'yield' | 'budget';

/** Wakes the task whose poll it was handed to: `core::task::Waker`. */
export interface Waker {
  /** Wakes the task and consumes this waker (`Waker::wake`). */
  wake(): void;
  /** Wakes the task and keeps this waker (`Waker::wake_by_ref`). */
  wakeByRef(): void;
  /** A waker of the same task (`Waker::clone`); may be the same object. */
  clone(): Waker;
  /** Says that this waker will not be used again (`Drop for Waker`). */
  drop(): void;
  /** True when waking either wakes the same task (`Waker::will_wake`); false when unsure. */
  willWake(other: Waker): boolean;
  /**
   * Re-arms the task on purpose: run others and the event loop first, then poll again.
   * tokio's deferred wake. Executors without it are woken by `wakeByRef` instead; use
   * {@link yieldByRef}, which knows both.
   */
  yieldByRef?(reason: YieldReason): void;
}

/** `RawWaker` and its vtable in one object: `clone` answers a new one. */
export interface RawWaker {
  clone(): RawWaker;
  wake(): void;
  wakeByRef(): void;
  drop(): void;
}

/** Port of `futures::task::ArcWake` (and `alloc::task::Wake`). */
export interface ArcWake {
  wakeByRef(): void;
  /** Defaults to `wakeByRef`. */
  wake?(): void;
}

/**
 * Own walkers of object graphs stop at objects whose class carries this mark: what lies
 * behind belongs to the runtime and not to the future that holds it.
 */
export const opaque: unique symbol = Symbol.for('selfwake.opaque');

class RawWakerHandle implements Waker {
  readonly raw: RawWaker;
  constructor(raw: RawWaker) {
    this.raw = raw;
  }
  get [opaque](): true {
    return true;
  }
  wake(): void {
    this.raw.wake();
  }
  wakeByRef(): void {
    this.raw.wakeByRef();
  }
  clone(): Waker {
    const raw = this.raw.clone();
    return raw === this.raw ? this : new RawWakerHandle(raw);
  }
  drop(): void {
    this.raw.drop();
  }
  willWake(other: Waker): boolean {
    return other === this || (other instanceof RawWakerHandle && other.raw === this.raw);
  }
}

class ArcWakeHandle implements Waker {
  readonly target: ArcWake;
  constructor(target: ArcWake) {
    this.target = target;
  }
  get [opaque](): true {
    return true;
  }
  wake(): void {
    if (this.target.wake) this.target.wake();
    else this.target.wakeByRef();
  }
  wakeByRef(): void {
    this.target.wakeByRef();
  }
  clone(): Waker {
    return this;
  }
  drop(): void {}
  willWake(other: Waker): boolean {
    return other === this || (other instanceof ArcWakeHandle && other.target === this.target);
  }
}

const NOOP: Waker = new ArcWakeHandle({ wakeByRef() {} });

/** Constructors of {@link Waker}. */
export const Waker = {
  /** `Waker::noop()`: one shared waker that does nothing. */
  noop(): Waker {
    return NOOP;
  },
  /** `Waker::from_raw`. */
  fromRaw(raw: RawWaker): Waker {
    return new RawWakerHandle(raw);
  },
  /** `futures::task::waker(Arc<impl ArcWake>)`. */
  fromArcWake(target: ArcWake): Waker {
    return new ArcWakeHandle(target);
  },
} as const;

/** Re-arms the running task on purpose: deferred where the executor can, else at once. */
export function yieldByRef(waker: Waker, reason: YieldReason): void {
  if (waker.yieldByRef) waker.yieldByRef(reason);
  else waker.wakeByRef();
}
