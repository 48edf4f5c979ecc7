/** The cases of each rule, by its id. */
import { autoBoxedFutureCases } from './auto-boxed-future.ts';
import { hotRetryCases } from './hot-retry.ts';
import { largeFutureCases } from './large-future.ts';
import { lostWakerCases } from './lost-waker.ts';
import { neverYieldedCases } from './never-yielded.ts';
import { neverYieldsCases } from './never-yields.ts';
import { pollAfterReadyCases } from './poll-after-ready.ts';
import { readyWithoutProgressCases } from './ready-without-progress.ts';
import { selfWakeCases } from './self-wake.ts';
import { selfWakesCases } from './self-wakes.ts';
import { spinInsidePollCases } from './spin-inside-poll.ts';
import { timerStormCases } from './timer-storm.ts';
import { wakeCycleCases } from './wake-cycle.ts';
import type { RuleCases } from '../rule-cases.ts';

export const CASES: Readonly<Record<string, RuleCases>> = {
  'auto-boxed-future': autoBoxedFutureCases,
  'hot-retry': hotRetryCases,
  'large-future': largeFutureCases,
  'lost-waker': lostWakerCases,
  'never-yielded': neverYieldedCases,
  'never-yields': neverYieldsCases,
  'poll-after-ready': pollAfterReadyCases,
  'ready-without-progress': readyWithoutProgressCases,
  'self-wake': selfWakeCases,
  'self-wakes': selfWakesCases,
  'spin-inside-poll': spinInsidePollCases,
  'timer-storm': timerStormCases,
  'wake-cycle': wakeCycleCases,
};
