import { Context } from '../core/context.ts';
import { Waker } from '../core/waker.ts';

/** A waker that does nothing: `futures_test::task::noop_waker`. */
export function noopWaker(): Waker {
  return Waker.noop();
}

/** A context whose waker does nothing: `futures_test::task::noop_context`. */
export function noopContext(): Context {
  return Context.fromWaker(Waker.noop());
}
