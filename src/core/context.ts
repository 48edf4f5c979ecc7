import { opaque, type Waker } from './waker.ts';

/**
 * What a poll is handed: port of `core::task::Context`.
 * Valid for the duration of the poll; keep `cx.waker.clone()`, not the context.
 */
export class Context {
  // Declared, not defined: a field that is undefined first is never trusted by the optimizer.
  declare readonly waker: Waker;
  constructor(waker: Waker) {
    this.waker = waker;
  }
  get [opaque](): true {
    return true;
  }
  /** `Context::from_waker`. */
  static fromWaker(waker: Waker): Context {
    return new Context(waker);
  }
}
