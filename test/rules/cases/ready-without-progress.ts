import {
  calmSegment,
  emptyReadySuspicion as empty,
  hardlyProbed,
  hotPollsSuspicion,
  loopSuspicion,
  probed,
  profiled,
  silentSegment,
  state,
  suspicious,
} from '../calm-segment.ts';
import type { HotPollsSuspicion, LoopSuspicion } from '../../../src/model/recording.ts';
import type { FoundCase, RuleCases } from '../rule-cases.ts';

/** The `read` of a stream that pushes empty chunks. */
const source = (changes: Partial<LoopSuspicion> = {}) =>
  loopSuspicion({ isSource: true, via: 'nextTick', ...changes });

/** A task that reads at the end of a socket, in a profile that shows the kernel. */
const reading = (changes: Partial<HotPollsSuspicion> = {}) =>
  profiled(hotPollsSuspicion({ shape: 'inside', samples: 1000, reads: 600, ...changes }));

const OPERATIONS = ['read', 'write', 'fill', 'next', 'tick'] as const;

export const readyWithoutProgressCases: RuleCases = {
  ok: [
    { name: 'a calm segment', segment: calmSegment() },
    { name: 'end of file, read twice', segment: suspicious(empty({ streak: 2 })) },
    { name: 'one short of the streak', segment: suspicious(empty({ streak: 999 })) },
    { name: 'a growing file that is followed', segment: suspicious(empty({ perSecond: 20 })) },
    { name: 'reads just below the rate', segment: suspicious(empty({ perSecond: 99 })) },
    {
      name: 'a pump that idles at 240 Hz',
      segment: suspicious(empty({ operation: 'tick', streak: 1e6, perSecond: 240 })),
    },
    {
      name: 'a pump on a 1 ms timer',
      segment: suspicious(empty({ operation: 'tick', streak: 1e6, perSecond: 999 })),
    },
    { name: 'a caller that works', segment: suspicious(empty({ state: state('progress') })) },
    {
      name: 'what never left one poll, which another rule judges',
      segment: suspicious(empty({ isInsideOnePoll: true })),
    },
    { name: 'a thread that was watched and had no loop', segment: probed() },
    { name: 'a source that takes little', segment: probed(source({ cpuShare: 0.195 })) },
    { name: 'a source that brings data', segment: probed(source({ state: state('progress') })) },
    { name: 'a loop that no stream asks', segment: probed(loopSuspicion()) },
    { name: 'a profile without reads', segment: reading({ reads: 0 }) },
    { name: 'a reader that has other company', segment: reading({ share: 0.195 }) },
    { name: 'too few reads to tell', segment: reading({ samples: 100, reads: 59 }) },
    { name: 'a task that hardly reads', segment: reading({ reads: 195 }) },
    { name: 'a reader that gets bytes', segment: reading({ readsWithData: 60 }) },
    { name: 'one that is just over', segment: reading({ readsWithData: 15 }) },
    { name: 'one that gets nothing else', segment: reading({ readsWithData: 600 }) },
    { name: 'a source that asks the network at once', segment: probed(source({ via: 'io' })) },
  ],
  found: [
    ...OPERATIONS.map(
      (operation): FoundCase => ({
        name: `a ${operation} without progress`,
        segment: suspicious(empty({ operation })),
        messageId: operation,
        confidence: 'proven',
        evidence: { streak: 1000, perSecond: 50_000, state: 'same' },
      }),
    ),
    ...[{}, { share: 0.2 }, { samples: 100, reads: 60 }, { reads: 200 }, { readsWithData: 12 }].map(
      (changes): FoundCase => ({
        name: `reads that get nothing, in a profile with ${JSON.stringify(changes)}`,
        segment: reading(changes),
        messageId: 'stacks',
        confidence: 'likely',
      }),
    ),
    {
      name: 'reads just at the rate',
      segment: suspicious(empty({ perSecond: 100 })),
      messageId: 'read',
      confidence: 'proven',
    },
    {
      name: 'ticks just at the rate',
      segment: suspicious(empty({ operation: 'tick', perSecond: 1000 })),
      messageId: 'tick',
      confidence: 'proven',
    },
    {
      name: 'without a sampled state: the answers themselves are evidence',
      segment: suspicious(empty({ state: state('unseen') })),
      messageId: 'read',
      confidence: 'likely',
    },
    {
      name: 'while counters move',
      segment: suspicious(empty({ state: state('counters') })),
      messageId: 'read',
      confidence: 'likely',
    },
    {
      name: 'a stream’s source that brings none',
      segment: probed(source({ cpuShare: 0.2 })),
      messageId: 'source',
      confidence: 'proven',
      evidence: { cpu: 0.2, state: 'same' },
    },
    {
      name: 'a stream’s source that counts how often it is asked',
      segment: probed(source({ state: state('counters') })),
      messageId: 'source',
      confidence: 'possible',
    },
  ],
  notEnough: [
    { name: 'no poll was seen', segment: silentSegment() },
    { name: 'a thread that was hardly watched', segment: hardlyProbed() },
  ],
};
