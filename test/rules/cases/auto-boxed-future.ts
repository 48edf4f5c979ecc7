import { counted, futureSizeSuspicion as size } from '../calm-segment.ts';
import type { RuleCases } from '../rule-cases.ts';

export const autoBoxedFutureCases: RuleCases = {
  ok: [
    { name: 'a program that is fine', segment: counted() },
    { name: 'a future that was not boxed', segment: counted(size()) },
  ],
  found: [
    {
      name: 'a future that was boxed',
      segment: counted(size({ bytes: 8, originalBytes: 20_000 })),
      messageId: 'boxed',
      confidence: 'possible',
      evidence: { size: 8, original: 20_000 },
    },
  ],
  notEnough: [
    { name: 'no poll was seen', segment: { ...counted(), counters: new Map() } },
    { name: 'watched for a moment', segment: { ...counted(), watchedNs: 2_400_000_000 } },
  ],
};
