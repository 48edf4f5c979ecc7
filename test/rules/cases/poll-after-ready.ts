import {
  calmSegment,
  pollAfterReadySuspicion,
  silentSegment,
  suspicious,
} from '../calm-segment.ts';
import type { RuleCases } from '../rule-cases.ts';

export const pollAfterReadyCases: RuleCases = {
  ok: [
    { name: 'a calm segment', segment: calmSegment() },
    { name: 'none yet', segment: suspicious(pollAfterReadySuspicion({ count: 0 })) },
    {
      name: 'fewer than were asked for',
      segment: suspicious(pollAfterReadySuspicion()),
      thresholds: { count: 2 },
    },
  ],
  found: [
    {
      name: 'a single one',
      segment: suspicious(pollAfterReadySuspicion()),
      messageId: 'polled',
      confidence: 'proven',
      evidence: { count: 1 },
    },
    {
      name: 'many',
      segment: suspicious(pollAfterReadySuspicion({ count: 7 })),
      messageId: 'polled',
      confidence: 'proven',
      evidence: { count: 7 },
    },
  ],
  notEnough: [{ name: 'no poll was seen', segment: silentSegment() }],
};
