/** What the matchers judge with: a file of its own in the package, which no test waits for that uses none. */
export { busyLoopIn } from './assert-no-busy-loop.ts';
export { findingsIn } from './findings-in.ts';
export { selfWakesOf } from './self-wakes-of.ts';
