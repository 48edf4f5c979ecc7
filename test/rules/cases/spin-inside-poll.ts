import {
  calmSegment,
  emptyReadySuspicion,
  hotPollsSuspicion,
  hardlyProbed,
  loopSuspicion,
  probed,
  profiled,
  silentSegment,
  state,
  stuckPollSuspicion as stuck,
  suspicious,
} from '../calm-segment.ts';
import type {
  EmptyReadySuspicion,
  HotPollsSuspicion,
  LoopSuspicion,
} from '../../../src/model/recording.ts';
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

/** Fewer samples than make sure that counters are all that moves. */
const fewCounts = { ...state('counters'), samples: 10 };

/** A profile of a task that is polled in its own poll, beside others. */
const hot = (changes: Partial<HotPollsSuspicion> = {}) =>
  profiled(
    hotPollsSuspicion({
      shape: 'inside',
      wakeShare: 0,
      wakesOfShape: 0,
      overheadShare: 0,
      share: 0.9,
      ...changes,
    }),
  );
const INSIDE: Partial<HotPollsSuspicion>[] = [
  {},
  { share: 0.2 },
  { innerShare: 0.8 },
  { overheadShare: 0.02 },
  { kernelShare: 0.02 },
  { workShare: 0.3 },
  { share: 1, innerShare: 0.8 },
];
const NOT_INSIDE: Partial<HotPollsSuspicion>[] = [
  { share: 0.195 },
  { share: 0 },
  { innerShare: 0.795 },
  { innerShare: 0 },
  { overheadShare: 0.025 },
  { kernelShare: 0.025 },
  { overheadShare: 0.011, kernelShare: 0.011 },
  { workShare: 0.305 },
  { workShare: 1 },
  { share: 0.945, overheadShare: 0.2 },
  { share: 1, kernelShare: 1 },
  { share: 0.945, innerShare: 0.6 },
  { share: 1, innerShare: 0.495 },
  { share: 1, innerShare: 0 },
  { share: 1, overheadShare: 0.2, kernelShare: 0.025 },
];
/** A task that is alone, and in its own function for half of the time. */
const HALF_INSIDE: Partial<HotPollsSuspicion>[] = [
  { share: 0.95, innerShare: 0.5 },
  { share: 1, innerShare: 0.795, overheadShare: 0.2 },
  { share: 0.95, overheadShare: 1 },
  { share: 0.96, overheadShare: 0.2, kernelShare: 0.02 },
];

export const spinInsidePollCases: RuleCases = {
  ok: [
    { name: 'a profile of a program that works', segment: profiled() },
    { name: 'a profile of wakes', segment: profiled(hotPollsSuspicion()) },
    ...NOT_INSIDE.map((changes) => ({
      name: `a profile with ${JSON.stringify(changes)}`,
      segment: hot(changes),
    })),
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
    ...HALF_INSIDE.map((changes) => ({
      name: `a profile with ${JSON.stringify(changes)}`,
      segment: hot(changes),
      messageId: 'stacks',
      confidence: 'possible' as const,
      level: 'warning' as const,
    })),
    ...INSIDE.map((changes) => ({
      name: `a profile with ${JSON.stringify(changes)}`,
      segment: hot(changes),
      messageId: 'stacks',
      confidence: 'likely' as const,
      level: 'warning' as const,
      evidence: { samples: 400 },
    })),
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
      name: 'a queue that is filled again, seen twice',
      segment: probed(stays(2000, { state: fewCounts, traces: 2, refills: true })),
      messageId: 'counting',
      confidence: 'likely',
    },
    {
      name: 'a queue that is filled again, seen once',
      segment: probed(stays(2000, { state: fewCounts, refills: true })),
      messageId: 'counting',
      confidence: 'possible',
    },
    {
      name: 'a search that counts, seen twice in a few samples',
      segment: probed(stays(2000, { state: fewCounts, traces: 2 })),
      messageId: 'counting',
      confidence: 'possible',
    },
    {
      name: 'a callback that was not seen',
      segment: probed(stays(2000, { state: state('unseen') })),
      messageId: 'blocks',
      confidence: 'possible',
    },
  ],
  notEnough: [
    { name: 'a profile of too few samples', segment: { ...hot(), samples: 29 } },
    { name: 'no poll was seen', segment: silentSegment() },
    { name: 'a thread that was hardly watched', segment: hardlyProbed() },
  ],
};
