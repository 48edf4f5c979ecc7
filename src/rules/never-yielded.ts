/** tokio-console's lint `never-yielded`: a task whose first poll goes on. */
import { crossed } from './evidence.ts';
import type { Rule } from './rule.ts';
import { answerOf, foundIn, suspicionsOf } from './seen.ts';

type Key = 'durationMs';

export const neverYielded: Rule<Key> = {
  meta: {
    id: 'never-yielded',
    summary: 'a task has not yielded once since it was spawned (a lint of tokio-console)',
    level: 'warning',
    about: 'task-rates',
    needs: ['task-rates'],
    reads: ['stuck-poll'],
    thresholds: {
      durationMs: {
        default: 1000,
        min: 1,
        max: 1e9,
        unit: 'ms',
        why: 'How long its first poll has lasted. The same as in tokio-console.',
      },
    },
    messages: {
      first: '{{unit}} was spawned {{duration}} ms ago and has not yielded once.',
    },
    advice: {
      first:
        'While a poll lasts, no other task of its worker gets its turn, and the task cannot be aborted. Do long work in `spawn_blocking` or in a thread, or yield between pieces of it.',
    },
  },

  check(segment, thresholds) {
    const findings = suspicionsOf(segment, 'stuck-poll').flatMap((suspicion) => {
      if (suspicion.isFirst !== true || suspicion.forMs < thresholds.durationMs) return [];
      const duration = Math.round(suspicion.forMs);
      const evidence = {
        duration: crossed(neverYielded.meta, thresholds, 'durationMs', duration),
      };
      const found = foundIn(suspicion);
      return [
        {
          ...found,
          messageId: 'first',
          data: { duration },
          confidence: 'likely' as const,
          evidence,
        },
      ];
    });
    return answerOf(segment, findings);
  },
};
