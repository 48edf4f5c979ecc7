import {
  CHECK,
  calmSegment,
  cycleSuspicion as cycle,
  hardlyProbed,
  loopSuspicion,
  probed,
  silentSegment,
  state,
  suspicious,
} from '../calm-segment.ts';
import type { LoopSuspicion } from '../../../src/model/recording.ts';
import type { RuleCases } from '../rule-cases.ts';
import { rate, rateCases } from './rate-cases.ts';
import { wakingCases } from './stack-cases.ts';

const stacks = wakingCases('other-wake', 'self-wake');

const alone = [{ task: 1, unit: 1, place: null, wakes: 1000 }];

const ASK = { ...CHECK, line: 20, functionName: 'ask' };

/** Two functions of a plain program that make each other run. */
const loop = (changes: Partial<LoopSuspicion> = {}) =>
  loopSuspicion({
    members: [
      { unit: 1, place: CHECK, wakes: 450, via: 'immediate' },
      { unit: 2, place: ASK, wakes: 450, via: 'promise' },
    ],
    ...changes,
  });

const twoTasks = [
  { task: 1, unit: 1, place: null, wakes: 300_000 },
  { task: 2, unit: 1, place: null, wakes: 300_001 },
];
const equal = rateCases({ via: 'others', members: twoTasks }, { tinyPollNs: 8000, idleShare: 0.5 });

export const wakeCycleCases: RuleCases = {
  ok: [
    ...equal.refused,
    { name: 'counted by a console: a task that wakes itself', segment: rate({}) },
    ...stacks.ok,
    { name: 'a calm segment', segment: calmSegment() },
    { name: 'one hop short', segment: suspicious(cycle({ hops: 999 })) },
    { name: 'tasks that hand on work', segment: suspicious(cycle({ state: state('progress') })) },
    { name: 'tasks that compute', segment: suspicious(cycle({ meanPollNs: 1_001_000 })) },
    {
      name: 'one task alone, which another rule judges',
      segment: suspicious(cycle({ members: alone })),
    },
    { name: 'a thread that was watched and had no loop', segment: probed() },
    { name: 'a loop that takes little', segment: probed(loop({ cpuShare: 0.195 })) },
    { name: 'a loop that works', segment: probed(loop({ state: state('progress') })) },
    {
      name: 'one function alone, which another rule judges',
      segment: probed(loopSuspicion()),
    },
    { name: 'two that a timer paces', segment: probed(loop({ via: 'timer' })) },
  ],
  found: [
    ...equal.taken.map((each) => ({
      ...each,
      messageId: 'equal',
      // Polls of eight microseconds may hand on something small.
      confidence: /polls just short/.test(each.name) ? ('possible' as const) : ('likely' as const),
      level: 'warning' as const,
    })),
    ...([2500, 3000] as const).map((meanPollNs) => ({
      name: `two tasks with equal numbers, ${meanPollNs} ns a poll`,
      segment: rate({ meanPollNs }, { via: 'others', members: twoTasks }),
      messageId: 'equal',
      confidence: meanPollNs > 2500 ? ('possible' as const) : ('likely' as const),
      level: 'warning' as const,
    })),
    {
      name: 'three tasks with equal numbers',
      segment: rate({}, { via: 'others', members: [...twoTasks, twoTasks[0]!] }),
      messageId: 'equal',
      confidence: 'possible',
      level: 'warning',
      evidence: { members: 3 },
    },
    {
      name: 'wakes between tasks that were seen, in a unit without a name',
      segment: rate(
        {},
        {
          via: 'others',
          isSeen: true,
          streak: 5000,
          members: [...twoTasks, { task: 3, unit: 99, place: null, wakes: 1 }],
        },
      ),
      messageId: 'handed',
      confidence: 'likely',
      evidence: { streak: 5000 },
    },
    ...stacks.found,
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
    {
      name: 'two functions whose state stands still',
      segment: probed(loop({ cpuShare: 0.2 })),
      messageId: 'loop',
      confidence: 'proven',
      evidence: { cpu: 0.2, eventLoop: 'turns' },
    },
    {
      name: 'two functions, one of them never introduced',
      segment: probed(
        loop({
          members: [
            { unit: 1, place: CHECK, wakes: 450, via: 'immediate' },
            { unit: 9, place: ASK, wakes: 450, via: 'promise' },
          ],
        }),
      ),
      messageId: 'loop',
      confidence: 'proven',
    },
  ],
  notEnough: [
    ...stacks.notEnough,
    { name: 'no poll was seen', segment: silentSegment() },
    { name: 'a thread that was hardly watched', segment: hardlyProbed() },
  ],
};
