import { counted, selfWakesSuspicion as own } from '../calm-segment.ts';
import type { RuleCases } from '../rule-cases.ts';

export const selfWakesCases: RuleCases = {
  ok: [
    { name: 'a program that is fine', segment: counted() },
    { name: 'one half', segment: counted(own({ wakes: 1000, selfWakes: 509 })) },
    { name: 'none', segment: counted(own({ selfWakes: 0 })) },
    { name: 'no wake at all', segment: counted(own({ wakes: 0, selfWakes: 0 })) },
  ],
  found: [
    {
      name: 'a little more than one half',
      segment: counted(own()),
      messageId: 'own',
      confidence: 'possible',
      evidence: { percent: 51 },
    },
    {
      name: 'all of them',
      segment: counted(own({ selfWakes: 100 })),
      messageId: 'own',
      confidence: 'possible',
      evidence: { percent: 100 },
    },
  ],
  notEnough: [
    { name: 'no poll was seen', segment: { ...counted(), counters: new Map() } },
    { name: 'watched for a moment', segment: { ...counted(), watchedNs: 2_400_000_000 } },
  ],
};
