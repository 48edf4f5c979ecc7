/** Evidence items: each number beside the threshold that it crossed. */
import type { RuleMeta, Thresholds } from './rule.ts';
import type { EvidenceItem } from '../model/finding.ts';
import type { StateComparison } from '../model/recording.ts';

export function crossed<Key extends string>(
  meta: RuleMeta<Key>,
  thresholds: Thresholds<Key>,
  key: Key,
  value: number,
): EvidenceItem {
  const { unit } = meta.thresholds[key];
  return { value, unit, threshold: thresholds[key], thresholdKey: key };
}

/** A share as evidence shows it. */
export function rounded(share: number): number {
  return Math.round(share * 1000) / 1000;
}

/** Mean length of a poll in microseconds, beside the length above which it counts as work. */
export function meanPoll<Key extends string>(
  meta: RuleMeta<Key>,
  thresholds: Thresholds<Key>,
  key: Key,
  meanPollNs: number,
): EvidenceItem {
  return crossed(meta, thresholds, key, Math.round(meanPollNs / 10) / 100);
}

/** What the sampled states said, and from how many of them. */
export function stateEvidence(state: StateComparison): Record<string, EvidenceItem> {
  return {
    state: { value: state.verdict },
    stateSamples: { value: state.samples, unit: 'samples' },
    ...(state.isComplete ? {} : { stateWalked: { value: 'in part' } }),
    ...(state.moved.length > 0 ? { moved: { value: movedText(state) } } : {}),
  };
}

/** As many names as one line holds. */
const MAX_MOVED = 3;

function movedText({ moved }: StateComparison): string {
  const names = moved.slice(0, MAX_MOVED).map(({ path, as }) => `${path} (${as})`);
  return [...names, ...(moved.length > MAX_MOVED ? ['…'] : [])].join(', ');
}
