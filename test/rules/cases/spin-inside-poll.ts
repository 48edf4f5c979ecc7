import {
  calmSegment,
  emptyReadySuspicion,
  hardlyProbed,
  loopSuspicion,
  probed,
  silentSegment,
  state,
  stuckPollSuspicion as stuck,
  suspicious,
} from '../calm-segment.ts';
import type { EmptyReadySuspicion, LoopSuspicion } from '../../../src/model/recording.ts';
import type { RuleCases } from '../rule-cases.ts';

const inside = (changes: Partial<EmptyReadySuspicion> = {}) =>
  emptyReadySuspicion({ isInsideOnePoll: true, ...changes });

/** A callback of a plain program that has not returned for so long. */
const stays = (ms: number, changes: Partial<LoopSuspicion> = {}) =>
  loopSuspicion({
    isInsideOneRun: true,
    isStarving: true,
    attribution: 'pause',
    since: 0,
    at: ms * 1e6,
    traces: 1,
    ...changes,
  });

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
    { name: 'a thread that was watched and had no loop', segment: probed() },
    { name: 'a callback that stands still, too short', segment: probed(stays(499)) },
    {
      name: 'a callback that counts, too short',
      segment: probed(stays(1999, { state: state('counters') })),
    },
    {
      name: 'a callback that works, however long',
      segment: probed(stays(60_000, { state: state('progress') })),
    },
    { name: 'a loop that leaves its callback', segment: probed(loopSuspicion()) },
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
    {
      name: 'a callback that stands still',
      segment: probed(stays(500)),
      messageId: 'callback',
      confidence: 'proven',
      evidence: { duration: 500, eventLoop: 'starved', state: 'same' },
    },
    {
      name: 'a callback that only counts, seen twice',
      segment: probed(stays(2000, { state: state('counters'), traces: 2 })),
      messageId: 'counting',
      confidence: 'likely',
      evidence: { duration: 2000 },
    },
    {
      name: 'a callback that was not seen',
      segment: probed(stays(2000, { state: state('unseen') })),
      messageId: 'blocks',
      confidence: 'possible',
    },
  ],
  notEnough: [
    { name: 'no poll was seen', segment: silentSegment() },
    { name: 'a thread that was hardly watched', segment: hardlyProbed() },
  ],
};
