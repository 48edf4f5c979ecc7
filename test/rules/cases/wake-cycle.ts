import {
  calmSegment,
  cycleSuspicion as cycle,
  silentSegment,
  state,
  suspicious,
} from '../calm-segment.ts';
import type { RuleCases } from '../rule-cases.ts';

const alone = [{ task: 1, unit: 1, place: null, wakes: 1000 }];

export const wakeCycleCases: RuleCases = {
  ok: [
    { name: 'a calm segment', segment: calmSegment() },
    { name: 'one hop short', segment: suspicious(cycle({ hops: 999 })) },
    { name: 'tasks that hand on work', segment: suspicious(cycle({ state: state('progress') })) },
    { name: 'tasks that compute', segment: suspicious(cycle({ meanPollNs: 1_001_000 })) },
    {
      name: 'one task alone, which another rule judges',
      segment: suspicious(cycle({ members: alone })),
    },
  ],
  found: [
    {
      name: 'two tasks whose state stands still',
      segment: suspicious(cycle()),
      messageId: 'cycle',
      confidence: 'proven',
      evidence: { hops: 1000, members: 2, meanPoll: 2, state: 'same' },
    },
    {
      name: 'polls of just a millisecond',
      segment: suspicious(cycle({ meanPollNs: 1_000_000 })),
      messageId: 'cycle',
      confidence: 'proven',
    },
    {
      name: 'while counters move',
      segment: suspicious(cycle({ state: state('counters') })),
      messageId: 'cycle',
      confidence: 'likely',
    },
    {
      name: 'with an unseen state',
      segment: suspicious(cycle({ state: state('unseen') })),
      messageId: 'cycle',
      confidence: 'possible',
    },
  ],
  notEnough: [{ name: 'no poll was seen', segment: silentSegment() }],
};
