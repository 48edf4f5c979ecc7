/** A poll that lasts for seconds although it is no plain spin: everything else waits for it. */
import { crossed, stateEvidence } from './evidence.ts';
import type { Rule, RuleFinding, Thresholds } from './rule.ts';
import { answerOf, foundIn, suspicionsOf, type SuspicionOf } from './seen.ts';
import type { StateComparison } from '../model/recording.ts';

type Suspect = SuspicionOf<'stuck-poll'>;
type Key = 'durationMs' | 'workingMs';

export const neverYields: Rule<Key> = {
  meta: {
    id: 'never-yields',
    summary: 'a poll goes on for seconds, and the whole thread waits for it',
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
        why: 'The same for a poll that works, or that may work. Draining a long queue, or parsing a large file at once, takes less.',
      },
    },
    messages: {
      unseen: 'A poll of {{unit}} lasted {{duration}} ms.',
      counting:
        'A poll of {{unit}} has lasted {{duration}} ms; only counters and clocks changed in it.',
      working: 'A poll of {{unit}} works, but has lasted {{duration}} ms.',
    },
    advice: {
      unseen:
        'While a poll lasts, no other task, timer or socket of the thread gets its turn. Do long work in pieces with a yield between them, or in a worker thread.',
      counting:
        'If the loop waits for something, register the waker with it and answer Pending; if it works, yield between pieces.',
      working:
        'While a poll lasts, no other task, timer or socket of the thread gets its turn. Do the work in pieces with a yield between them, spend budget in the loop, or move it into a worker thread.',
    },
  },

  check(segment, thresholds) {
    const findings = suspicionsOf(segment, 'stuck-poll').flatMap((suspicion) =>
      judgeStuck(suspicion, thresholds),
    );
    return answerOf(segment, findings);
  },
};

function judgeStuck(suspicion: Suspect, thresholds: Thresholds<Key>): RuleFinding[] {
  const { state, forMs } = suspicion;
  const seen = seenAs(state.verdict);
  if (seen === null) return [];
  // A poll that is too long even for one that works is too long whatever it does.
  const isTooLong = forMs >= thresholds.workingMs;
  const key = isTooLong && seen !== 'counting' ? 'workingMs' : 'durationMs';
  if (forMs < thresholds[key] || (seen === 'working' && !isTooLong)) return [];
  const duration = Math.round(forMs);
  return [
    {
      ...foundIn(suspicion),
      messageId: seen,
      data: { duration },
      // What could not be seen may be a call into native code that works.
      confidence: seen === 'unseen' && !isTooLong ? 'possible' : 'likely',
      evidence: {
        duration: crossed(neverYields.meta, thresholds, key, duration),
        hasReturned: { value: suspicion.hasReturned ? 'yes' : 'no' },
        ...stateEvidence(state),
      },
    },
  ];
}

/** Null for a standstill, which is no lack of yields: `spin-inside-poll` judges it. */
function seenAs(verdict: StateComparison['verdict']): 'working' | 'counting' | 'unseen' | null {
  switch (verdict) {
    case 'progress':
      return 'working';
    case 'counters':
      return 'counting';
    case 'unseen':
      return 'unseen';
    case 'same':
    case 'recurring':
      return null;
  }
}
