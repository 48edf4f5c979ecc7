import {
  calmSegment,
  silentSegment,
  state,
  stuckPollSuspicion,
  suspicious,
} from '../calm-segment.ts';
import type { StateComparison, StuckPollSuspicion } from '../../../src/model/recording.ts';
import type { RuleCases } from '../rule-cases.ts';

const stuck = (verdict: StateComparison['verdict'], changes: Partial<StuckPollSuspicion> = {}) =>
  suspicious(stuckPollSuspicion({ state: state(verdict), ...changes }));

export const neverYieldsCases: RuleCases = {
  ok: [
    { name: 'a calm segment', segment: calmSegment() },
    { name: 'counting for less than a second', segment: stuck('counters', { forMs: 999 }) },
    { name: 'a long queue that is drained', segment: stuck('progress', { forMs: 2999 }) },
    { name: 'a standstill, which another rule judges', segment: stuck('same', { forMs: 60_000 }) },
    { name: 'recurring values, likewise', segment: stuck('recurring', { forMs: 60_000 }) },
  ],
  found: [
    {
      name: 'counting for a second',
      segment: stuck('counters'),
      messageId: 'counting',
      confidence: 'likely',
      evidence: { duration: 1000, hasReturned: 'no', state: 'counters' },
    },
    {
      name: 'an unseen second',
      segment: stuck('unseen'),
      messageId: 'unseen',
      confidence: 'possible',
    },
    {
      name: 'just less than three unseen seconds',
      segment: stuck('unseen', { forMs: 2999 }),
      messageId: 'unseen',
      confidence: 'possible',
      evidence: { duration: 2999 },
    },
    {
      name: 'three unseen seconds: too long even for work',
      segment: stuck('unseen', { forMs: 3000 }),
      messageId: 'unseen',
      confidence: 'likely',
      evidence: { duration: 3000 },
    },
    {
      name: 'counting for long',
      segment: stuck('counters', { forMs: 9000 }),
      messageId: 'counting',
      confidence: 'likely',
      evidence: { duration: 9000 },
    },
    {
      name: 'work for three seconds',
      segment: stuck('progress', { forMs: 3000, hasReturned: true }),
      messageId: 'working',
      confidence: 'likely',
      evidence: { duration: 3000, hasReturned: 'yes' },
    },
  ],
  notEnough: [{ name: 'no poll was seen', segment: silentSegment() }],
};
