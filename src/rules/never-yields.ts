/** A poll that does not return although it does something: everything else waits for it. */
import { crossed, stateEvidence } from './evidence.ts';
import type { Rule, RuleFinding, Thresholds } from './rule.ts';
import { answerOf, foundIn, suspicionsOf, type SuspicionOf } from './seen.ts';
import { isStandstill } from './state-confidence.ts';
import type { Confidence } from '../model/finding.ts';
import type { Segment } from '../model/recording.ts';

type Suspect = SuspicionOf<'stuck-poll'>;
type Key = 'durationMs' | 'workingMs';

export const neverYields: Rule<Key> = {
  meta: {
    id: 'never-yields',
    summary: 'a poll goes on for seconds without a return, while other tasks wait',
    level: 'warning',
    needs: ['stuck-polls'],
    reads: ['stuck-poll'],
    thresholds: {
      durationMs: {
        default: 1000,
        min: 1,
        max: 1e9,
        unit: 'ms',
        why: 'How long a poll has lasted that was not seen to work. tokio-console warns after the same second.',
      },
      workingMs: {
        default: 3000,
        min: 1,
        max: 1e9,
        unit: 'ms',
        why: 'The same for a poll that visibly works and has not returned, while other tasks are alive. Draining a long queue, or parsing a large file at once, takes less.',
      },
    },
    messages: {
      unseen: 'A poll of {{unit}} lasted {{duration}} ms.',
      counting:
        'A poll of {{unit}} has not returned for {{duration}} ms; only counters and clocks change in it.',
      working:
        'A poll of {{unit}} works, but has not returned for {{duration}} ms, while {{waiting}} other tasks wait.',
    },
    advice: {
      unseen:
        'While a poll lasts, no other task, timer or socket of the thread gets its turn. Do long work in pieces with a yield between them, or in a worker thread.',
      counting:
        'If the loop waits for something, register the waker with it and answer Pending; if it works, yield between pieces.',
      working:
        'Do the work in pieces with a yield between them, spend budget in the loop, or move it into a worker thread.',
    },
  },

  check(segment, thresholds) {
    const findings = suspicionsOf(segment, 'stuck-poll').flatMap((suspicion) =>
      judgeStuck(segment, suspicion, thresholds),
    );
    return answerOf(segment, findings);
  },
};

function judgeStuck(
  segment: Segment,
  suspicion: Suspect,
  thresholds: Thresholds<Key>,
): RuleFinding[] {
  const { state, forMs } = suspicion;
  // A standstill is no lack of yields: `spin-inside-poll` judges it.
  if (isStandstill(state)) return [];
  const waiting = Math.max(0, segment.liveTasks - 1);
  const isWorking = state.verdict === 'progress';
  if (isWorking && (suspicion.hasReturned || waiting === 0)) return [];
  const key = isWorking ? 'workingMs' : 'durationMs';
  if (forMs < thresholds[key]) return [];
  const duration = Math.round(forMs);
  return [
    {
      ...foundIn(suspicion),
      messageId: MESSAGES[state.verdict],
      data: { duration, waiting },
      confidence: confidenceIn(suspicion),
      evidence: {
        duration: crossed(neverYields.meta, thresholds, key, duration),
        ...stateEvidence(state),
      },
    },
  ];
}

const MESSAGES = {
  progress: 'working',
  counters: 'counting',
  unseen: 'unseen',
  same: 'counting',
  recurring: 'counting',
} as const;

/** What returned in the end was long, but did yield; what could not be seen may have worked. */
function confidenceIn({ state, hasReturned }: Suspect): Confidence {
  return state.verdict === 'unseen' || hasReturned ? 'possible' : 'likely';
}
