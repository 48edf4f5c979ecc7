/** The cases of each rule, by its id. */
import { hotRetryCases } from './hot-retry.ts';
import { lostWakerCases } from './lost-waker.ts';
import { neverYieldsCases } from './never-yields.ts';
import { pollAfterReadyCases } from './poll-after-ready.ts';
import { readyWithoutProgressCases } from './ready-without-progress.ts';
import { selfWakeCases } from './self-wake.ts';
import { spinInsidePollCases } from './spin-inside-poll.ts';
import { timerStormCases } from './timer-storm.ts';
import { wakeCycleCases } from './wake-cycle.ts';
import type { RuleCases } from '../rule-cases.ts';

export const CASES: Readonly<Record<string, RuleCases>> = {
  'hot-retry': hotRetryCases,
  'lost-waker': lostWakerCases,
  'never-yields': neverYieldsCases,
  'poll-after-ready': pollAfterReadyCases,
  'ready-without-progress': readyWithoutProgressCases,
  'self-wake': selfWakeCases,
  'spin-inside-poll': spinInsidePollCases,
  'timer-storm': timerStormCases,
  'wake-cycle': wakeCycleCases,
};
