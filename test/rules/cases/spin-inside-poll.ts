import {
  calmSegment,
  emptyReadySuspicion,
  silentSegment,
  state,
  stuckPollSuspicion as stuck,
  suspicious,
} from '../calm-segment.ts';
import type { EmptyReadySuspicion } from '../../../src/model/recording.ts';
import type { RuleCases } from '../rule-cases.ts';

const inside = (changes: Partial<EmptyReadySuspicion> = {}) =>
  emptyReadySuspicion({ isInsideOnePoll: true, ...changes });

export const spinInsidePollCases: RuleCases = {
  ok: [
    { name: 'a calm segment', segment: calmSegment() },
    { name: 'one answer short', segment: suspicious(inside({ streak: 999 })) },
    { name: 'a poll that works', segment: suspicious(inside({ state: state('progress') })) },
    { name: 'what went on across polls', segment: suspicious(emptyReadySuspicion()) },
    { name: 'a standstill that is too short', segment: suspicious(stuck({ forMs: 499 })) },
    { name: 'a long poll that works', segment: suspicious(stuck({ state: state('progress') })) },
    { name: 'a long poll that counts', segment: suspicious(stuck({ state: state('counters') })) },
    {
      name: 'a long poll that was not seen',
      segment: suspicious(stuck({ state: state('unseen') })),
    },
  ],
  found: [
    {
      name: 'fruitless answers inside one poll',
      segment: suspicious(inside()),
      messageId: 'fruitless',
      confidence: 'proven',
      evidence: { streak: 1000, operation: 'read', state: 'same' },
    },
    {
      name: 'the same without a sampled state',
      segment: suspicious(inside({ state: state('unseen') })),
      messageId: 'fruitless',
      confidence: 'likely',
    },
    {
      name: 'a poll that stands still',
      segment: suspicious(stuck({ forMs: 500 })),
      messageId: 'standstill',
      confidence: 'proven',
      evidence: { duration: 500, state: 'same' },
    },
    {
      name: 'a poll in which the same values come back',
      segment: suspicious(stuck({ state: state('recurring', { isComplete: false }) })),
      messageId: 'standstill',
      confidence: 'likely',
    },
  ],
  notEnough: [{ name: 'no poll was seen', segment: silentSegment() }],
};
