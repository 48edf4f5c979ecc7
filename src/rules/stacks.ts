/** What sampled stacks must show before a rule calls a task's polls a spin. */
import type { EvidenceItem } from '../model/finding.ts';
import type { HotPollsSuspicion, Segment } from '../model/recording.ts';
import { crossed, rounded } from './evidence.ts';
import type { RuleFinding, RuleMeta, Thresholds, ThresholdSpec } from './rule.ts';
import { foundIn, LEAST_SAMPLES, suspicionsOf } from './seen.ts';

const SHARE = { min: 0, max: 1, unit: 'ratio' } as const;

export const LEAST_HOT_SHARE = {
  ...SHARE,
  default: 0.2,
  why: 'Of a profile: least share of the task in all samples of a busy CPU. A spin takes all that it gets.',
} as const satisfies ThresholdSpec;

/** Of a profile alone; both rules about wakes have them. */
export const WAKE_STACKS = {
  hotShare: LEAST_HOT_SHARE,
  machineryShare: {
    ...SHARE,
    default: 0.25,
    why: "Of a profile: least share of waking, scheduling and tracing in the task's samples. That is what each poll costs, some 100 ns; polls that work are a hundred times as long and leave it a hundredth.",
  },
  ownWakes: {
    ...SHARE,
    default: 0.6,
    why: 'Of a profile: least share, in all wakes, of those that the poll itself makes. A set of futures that wakes itself once per outside wake is at one half.',
  },
  kernelShare: {
    ...SHARE,
    default: 0.05,
    why: "Of a profile: most of the task's samples that may be in the kernel. Who reads or writes is there for a tenth and more.",
  },
} as const satisfies Record<string, ThresholdSpec>;

export type WakeStacksKey = keyof typeof WAKE_STACKS;

/** Tasks of a profile that are polled for nothing but being woken again. */
export function wakingStacks(
  segment: Segment,
  shape: HotPollsSuspicion['shape'],
  meta: RuleMeta<WakeStacksKey>,
  thresholds: Thresholds<WakeStacksKey>,
): RuleFinding[] {
  return hotPolls(segment, shape).flatMap((suspicion) => {
    const { share, overheadShare, wakesOfShape, kernelShare } = suspicion;
    if (share < thresholds.hotShare || overheadShare < thresholds.machineryShare) return [];
    if (wakesOfShape < thresholds.ownWakes || kernelShare > thresholds.kernelShare) return [];
    const evidence = {
      samples: { value: suspicion.samples, unit: 'samples' },
      share: crossed(meta, thresholds, 'hotShare', rounded(share)),
      ownWakes: crossed(meta, thresholds, 'ownWakes', rounded(wakesOfShape)),
      machinery: crossed(meta, thresholds, 'machineryShare', rounded(overheadShare)),
      kernel: crossed(meta, thresholds, 'kernelShare', rounded(kernelShare)),
    };
    return [stackFinding(suspicion, evidence)];
  });
}

export function hotPolls(segment: Segment, shape: HotPollsSuspicion['shape']): HotPollsSuspicion[] {
  return sampledPolls(segment).filter((suspicion) => suspicion.shape === shape);
}

/** Tasks of a profile that shows the kernel, and that were seen to read. */
export function readingStacks(segment: Segment): HotPollsSuspicion[] {
  return sampledPolls(segment).filter(({ reads }) => reads > 0);
}

function sampledPolls(segment: Segment): HotPollsSuspicion[] {
  return segment.samples < LEAST_SAMPLES ? [] : suspicionsOf(segment, 'hot-polls');
}

/** Samples are no count: likely at most. */
export function stackFinding(
  suspicion: HotPollsSuspicion,
  evidence: Record<string, EvidenceItem>,
): RuleFinding {
  const { samples, share, overheadShare, kernelShare } = suspicion;
  return {
    ...foundIn(suspicion),
    messageId: 'stacks',
    confidence: 'likely',
    data: {
      samples,
      share: percent(share),
      machinery: percent(overheadShare),
      kernel: percent(kernelShare),
    },
    evidence,
  };
}

function percent(share: number): number {
  return Math.round(share * 100);
}
