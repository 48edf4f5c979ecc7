import { Context } from '../core/context.ts';
import { opaque, type Waker } from '../core/waker.ts';

class PanickingWaker implements Waker {
  get [opaque](): true {
    return true;
  }
  wake(): never {
    throw new Error('wake of a waker that must not be used');
  }
  wakeByRef(): never {
    throw new Error('wakeByRef of a waker that must not be used');
  }
  yieldByRef(): never {
    throw new Error('yieldByRef of a waker that must not be used');
  }
  clone(): never {
    throw new Error('clone of a waker that must not be used');
  }
  drop(): void {}
  willWake(other: Waker): boolean {
    return other === this;
  }
}

/**
 * A waker that throws when it is cloned, woken or yielded with: for polls that must be
 * Ready. `futures_test::task::panic_waker`.
 */
export function panickingWaker(): Waker {
  return new PanickingWaker();
}

/** A context with {@link panickingWaker}. */
export function panickingContext(): Context {
  return Context.fromWaker(new PanickingWaker());
}
