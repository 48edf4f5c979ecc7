import { counted, futureSizeSuspicion as size } from '../calm-segment.ts';
import type { RuleCases } from '../rule-cases.ts';

export const largeFutureCases: RuleCases = {
  ok: [
    { name: 'a program that is fine', segment: counted() },
    { name: 'a future that is just not large', segment: counted(size({ bytes: 1023 })) },
    { name: 'a future without a size', segment: counted(size({ bytes: 0 })) },
  ],
  found: [
    {
      name: 'a kilobyte',
      segment: counted(size()),
      messageId: 'large',
      confidence: 'possible',
      evidence: { size: 1024 },
    },
  ],
  notEnough: [
    { name: 'no poll was seen', segment: { ...counted(), counters: new Map() } },
    { name: 'watched for a moment', segment: { ...counted(), watchedNs: 2_400_000_000 } },
  ],
};
