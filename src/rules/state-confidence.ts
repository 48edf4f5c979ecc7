import type { Confidence } from '../model/finding.ts';
import type { StateComparison } from '../model/recording.ts';

/** From fewer samples than this it is not sure that counters are all that moves. */
const LEAST_COUNTED = 16;

/**
 * How sure sampled states make us that a loop gets nowhere; null where they show that it
 * works. Sameness is proof only when the whole state was walked.
 */
export function stateConfidence(state: StateComparison): Confidence | null {
  switch (state.verdict) {
    case 'progress':
      return null;
    case 'same':
    case 'recurring':
      return state.isComplete ? 'proven' : 'likely';
    case 'counters':
      return state.samples >= LEAST_COUNTED ? 'likely' : 'possible';
    case 'unseen':
      return 'possible';
  }
}

/** The lesser of two confidences. */
export function atMost(ceiling: Confidence, confidence: Confidence): Confidence {
  return RANK[confidence] > RANK[ceiling] ? ceiling : confidence;
}

const RANK: Readonly<Record<Confidence, number>> = { possible: 0, likely: 1, proven: 2 };

/**
 * The same for a streak of fruitless Readys: each of them was seen to move nothing, so
 * that without any sampled state the loop is likely already.
 */
export function fruitlessConfidence(state: StateComparison): Confidence | null {
  return state.verdict === 'unseen' ? 'likely' : stateConfidence(state);
}

/** The sampled states were the same, or the same few in turn. */
export function isStandstill({ verdict }: StateComparison): boolean {
  return verdict === 'same' || verdict === 'recurring';
}
