import {
  calmSegment,
  counted,
  lostWakerSuspicion,
  silentSegment,
  suspicious,
} from '../calm-segment.ts';
import type { LostWakerSuspicion } from '../../../src/model/recording.ts';
import type { RuleCases } from '../rule-cases.ts';

const lost = (how: LostWakerSuspicion['how'], isAwaited: boolean) =>
  suspicious(lostWakerSuspicion({ how, isAwaited }));

export const lostWakerCases: RuleCases = {
  ok: [
    { name: 'a calm segment', segment: calmSegment() },
    { name: 'tasks that are pending', segment: calmSegment({ liveTasks: 500 }) },
  ],
  found: [
    {
      name: 'all wakers dropped, as a console says',
      segment: counted(lostWakerSuspicion({ how: 'dropped', isAwaited: false })),
      messageId: 'dropped',
      confidence: 'possible',
      level: 'warning',
      evidence: { wakers: 'all dropped' },
    },
    {
      name: 'collected wakers of a task that somebody waits for',
      segment: lost('collected', true),
      messageId: 'collected',
      confidence: 'proven',
      evidence: { wakers: 'all collected unfired', isAwaited: 'yes' },
    },
    {
      name: 'collected wakers of a detached task',
      segment: lost('collected', false),
      messageId: 'collected',
      confidence: 'proven',
      level: 'warning',
      evidence: { isAwaited: 'no' },
    },
    {
      name: 'a quiet process, and somebody waits',
      segment: lost('quiet', true),
      messageId: 'quiet',
      confidence: 'likely',
      level: 'warning',
      evidence: { wakers: 'none fired' },
    },
    {
      name: 'a quiet process, and nobody waits',
      segment: lost('quiet', false),
      messageId: 'quiet',
      confidence: 'possible',
      level: 'warning',
    },
  ],
  notEnough: [
    {
      name: 'a console, for a moment',
      segment: { ...counted(), watchedNs: 2_400_000_000 },
    },
    { name: 'no poll was seen', segment: silentSegment() },
  ],
};
