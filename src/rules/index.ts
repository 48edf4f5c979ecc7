/** The rules, in the order in which reports list them. */
import { autoBoxedFuture } from './auto-boxed-future.ts';
import { hotRetry } from './hot-retry.ts';
import { largeFuture } from './large-future.ts';
import { lostWaker } from './lost-waker.ts';
import { neverYielded } from './never-yielded.ts';
import { neverYields } from './never-yields.ts';
import { pollAfterReady } from './poll-after-ready.ts';
import { readyWithoutProgress } from './ready-without-progress.ts';
import type { Rule } from './rule.ts';
import { selfWake } from './self-wake.ts';
import { selfWakes } from './self-wakes.ts';
import { spinInsidePoll } from './spin-inside-poll.ts';
import { timerStorm } from './timer-storm.ts';
import { wakeCycle } from './wake-cycle.ts';

export const RULES: readonly Rule[] = [
  selfWake,
  readyWithoutProgress,
  wakeCycle,
  spinInsidePoll,
  hotRetry,
  timerStorm,
  neverYields,
  lostWaker,
  pollAfterReady,
  neverYielded,
  selfWakes,
  largeFuture,
  autoBoxedFuture,
];

/** Rules by id. */
export const RULES_BY_ID: ReadonlyMap<string, Rule> = new Map(
  RULES.map((rule) => [rule.meta.id, rule]),
);
