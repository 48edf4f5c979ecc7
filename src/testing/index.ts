/** For tests: the assertion, and doubles of the contract with one behaviour each. */
export { assertNoBusyLoop, busyLoopIn, type AssertOptions } from './assert-no-busy-loop.ts';
export * from './counting-waker.ts';
export * from './interleave-pending.ts';
export * from './noop-waker.ts';
export * from './panicking-waker.ts';
