/** A loop that never leaves one poll, and gets nowhere in it. */
import { crossed, stateEvidence } from './evidence.ts';
import type { Rule, RuleFinding, Thresholds } from './rule.ts';
import { answerOf, foundIn, suspicionsOf, type SuspicionOf } from './seen.ts';
import { fruitlessConfidence, isStandstill, stateConfidence } from './state-confidence.ts';

type Key = 'streak' | 'durationMs';

export const spinInsidePoll: Rule<Key> = {
  meta: {
    id: 'spin-inside-poll',
    summary: 'a poll does not return: it asks again and again for what does not come',
    level: 'error',
    needs: [],
    needsOneOf: ['stuck-polls', 'reads'],
    reads: ['empty-ready', 'stuck-poll'],
    thresholds: {
      streak: {
        default: 1000,
        min: 1,
        max: 1e9,
        unit: 'answers',
        why: 'Fruitless Readys in a row inside one poll. End of file is one; nothing healthy asks a thousand times without leaving the poll.',
      },
      durationMs: {
        default: 500,
        min: 1,
        max: 1e9,
        unit: 'ms',
        why: 'How long a poll has lasted whose sampled state stands still. Honest polls take microseconds, and honest long ones change their state all the time; half a second leaves room for a verdict within one.',
      },
    },
    messages: {
      fruitless:
        '{{unit}} answered {{streak}} times in a row with Ready and nothing, inside one poll that has not returned.',
      standstill:
        'A poll of {{unit}} has not returned for {{duration}} ms, and nothing changes in it.',
    },
    advice: {
      fruitless:
        'The loop in the poll must end when an answer brings nothing: stop at end of file, return the error, or answer Pending.',
      standstill:
        'A poll must not wait. Register the waker with what the loop is checking and answer Pending.',
    },
  },

  check(segment, thresholds) {
    const fruitless = suspicionsOf(segment, 'empty-ready').flatMap((suspicion) =>
      judgeFruitless(suspicion, thresholds),
    );
    const stuck = suspicionsOf(segment, 'stuck-poll').flatMap((suspicion) =>
      judgeStuck(suspicion, thresholds),
    );
    return answerOf(segment, [...fruitless, ...stuck]);
  },
};

function judgeFruitless(
  suspicion: SuspicionOf<'empty-ready'>,
  thresholds: Thresholds<Key>,
): RuleFinding[] {
  const { streak, state, isInsideOnePoll } = suspicion;
  const confidence = fruitlessConfidence(state);
  if (!isInsideOnePoll || confidence === null || streak < thresholds.streak) return [];
  const evidence = {
    streak: crossed(spinInsidePoll.meta, thresholds, 'streak', streak),
    operation: { value: suspicion.operation },
    ...stateEvidence(state),
  };
  const found = foundIn(suspicion);
  return [{ ...found, messageId: 'fruitless', data: { streak }, confidence, evidence }];
}

function judgeStuck(
  suspicion: SuspicionOf<'stuck-poll'>,
  thresholds: Thresholds<Key>,
): RuleFinding[] {
  const { forMs, state } = suspicion;
  const confidence = stateConfidence(state);
  if (!isStandstill(state) || confidence === null || forMs < thresholds.durationMs) return [];
  const duration = Math.round(forMs);
  const evidence = {
    duration: crossed(spinInsidePoll.meta, thresholds, 'durationMs', duration),
    ...stateEvidence(state),
  };
  const found = foundIn(suspicion);
  return [{ ...found, messageId: 'standstill', data: { duration }, confidence, evidence }];
}
