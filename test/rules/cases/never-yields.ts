import {
  calmSegment,
  silentSegment,
  state,
  stuckPollSuspicion,
  suspicious,
} from '../calm-segment.ts';
import type { StateComparison, StuckPollSuspicion } from '../../../src/model/recording.ts';
import type { RuleCases } from '../rule-cases.ts';

const stuck = (
  verdict: StateComparison['verdict'],
  changes: Partial<StuckPollSuspicion> = {},
  liveTasks = 2,
) => ({ ...suspicious(stuckPollSuspicion({ state: state(verdict), ...changes })), liveTasks });

export const neverYieldsCases: RuleCases = {
  ok: [
    { name: 'a calm segment', segment: calmSegment() },
    { name: 'counting for less than a second', segment: stuck('counters', { forMs: 999 }) },
    { name: 'working for less than three', segment: stuck('progress', { forMs: 2999 }) },
    {
      name: 'a long queue that was drained',
      segment: stuck('progress', { forMs: 60_000, hasReturned: true }),
    },
    { name: 'work that nobody waits for', segment: stuck('progress', { forMs: 60_000 }, 1) },
    { name: 'a standstill, which another rule judges', segment: stuck('same', { forMs: 60_000 }) },
  ],
  found: [
    {
      name: 'counting for a second',
      segment: stuck('counters', {}, 0),
      messageId: 'counting',
      confidence: 'likely',
      evidence: { duration: 1000, state: 'counters' },
    },
    {
      name: 'counting for long, and then a return',
      segment: stuck('counters', { hasReturned: true }),
      messageId: 'counting',
      confidence: 'possible',
    },
    {
      name: 'an unseen second',
      segment: stuck('unseen'),
      messageId: 'unseen',
      confidence: 'possible',
    },
    {
      name: 'work without an end, while others wait',
      segment: stuck('progress', { forMs: 3000 }),
      messageId: 'working',
      confidence: 'likely',
      evidence: { duration: 3000 },
    },
  ],
  notEnough: [{ name: 'no poll was seen', segment: silentSegment() }],
};
