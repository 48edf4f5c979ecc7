import { counted, stuckPollSuspicion as stuck } from '../calm-segment.ts';
import type { RuleCases } from '../rule-cases.ts';

export const neverYieldedCases: RuleCases = {
  ok: [
    { name: 'a program that is fine', segment: counted() },
    {
      name: 'a recording of a moment, with each of its polls',
      segment: {
        ...counted(),
        watchedNs: 1,
        info: { ...counted().info, sees: ['polls', 'task-rates'] },
      },
    },
    {
      name: 'a first poll of less than a second',
      segment: counted(stuck({ isFirst: true, forMs: 999 })),
    },
    { name: 'a first poll of no time', segment: counted(stuck({ isFirst: true, forMs: 0 })) },
    { name: 'a later poll', segment: counted(stuck({ isFirst: false, forMs: 9000 })) },
    { name: 'a poll of which it is not known', segment: counted(stuck({ forMs: 9000 })) },
  ],
  found: [
    {
      name: 'a first poll of a second',
      segment: counted(stuck({ isFirst: true, forMs: 1000 })),
      messageId: 'first',
      confidence: 'likely',
      evidence: { duration: 1000 },
    },
  ],
  notEnough: [
    { name: 'no poll was seen', segment: { ...counted(), counters: new Map() } },
    { name: 'watched for a moment', segment: { ...counted(), watchedNs: 2_400_000_000 } },
  ],
};
