/** What the rules about wakes say to profiles: the same cases, but for the shape. */
import type { HotPollsSuspicion } from '../../../src/model/recording.ts';
import { hotPollsSuspicion, profiled } from '../calm-segment.ts';
import type { RuleCases } from '../rule-cases.ts';

type Shape = HotPollsSuspicion['shape'];

/** Just at, and just beyond, what each threshold takes for a spin. */
const TAKEN: Partial<HotPollsSuspicion>[] = [
  { share: 0.2 },
  { overheadShare: 0.25 },
  { wakesOfShape: 0.6 },
  { kernelShare: 0.05 },
];
const REFUSED: Partial<HotPollsSuspicion>[] = [
  { share: 0.195 },
  { overheadShare: 0.245 },
  { wakesOfShape: 0.595 },
  { kernelShare: 0.055 },
];
/** What only a threshold of zero, or one that is turned round, lets through or stops. */
const EXTREME: Partial<HotPollsSuspicion>[] = [
  { share: 0 },
  { overheadShare: 0 },
  { wakesOfShape: 0 },
  { kernelShare: 1 },
];

export function wakingCases(shape: Shape, other: Shape): RuleCases {
  const seen = (changes: Partial<HotPollsSuspicion>) =>
    profiled(hotPollsSuspicion({ shape, ...changes }));
  const named = (changes: object) => JSON.stringify(changes);
  return {
    ok: [
      { name: 'a profile of a program that works', segment: profiled() },
      {
        name: 'a profile of another shape',
        segment: profiled(hotPollsSuspicion({ shape: other })),
      },
      { name: 'the fewest samples', segment: { ...profiled(), samples: 30, samplesInPolls: 1 } },
      ...[...REFUSED, ...EXTREME].map((changes) => ({
        name: `a profile with ${named(changes)}`,
        segment: seen(changes),
      })),
    ],
    found: [{}, ...TAKEN].map((changes) => ({
      name: `a profile with ${named(changes)}`,
      segment: seen(changes),
      messageId: 'stacks',
      confidence: 'likely',
      evidence: { samples: 400 },
    })),
    notEnough: [
      {
        name: 'too few samples of what looks like a spin',
        segment: { ...seen({}), samples: 29 },
      },
      { name: 'too few samples', segment: { ...profiled(), samples: 29 } },
      { name: 'no sample in a poll', segment: { ...profiled(), samplesInPolls: 0 } },
    ],
  };
}
