/** tokio-console's lint `self-wakes`: of all wakes in a task's life, many are its own. */
import { crossed } from './evidence.ts';
import type { Rule } from './rule.ts';
import { answerOf, foundIn, suspicionsOf } from './seen.ts';

type Key = 'percent';

export const selfWakes: Rule<Key> = {
  meta: {
    id: 'self-wakes',
    summary: "most of a task's wakes are its own (a lint of tokio-console)",
    level: 'note',
    about: 'task-rates',
    needs: ['task-rates'],
    reads: ['self-wakes'],
    thresholds: {
      percent: {
        default: 50,
        min: 0,
        max: 100,
        unit: '%',
        why: "Whole percents of the task's wakes so far; more than this is told. The same as in tokio-console.",
      },
    },
    messages: { own: '{{unit}} has woken itself in {{percent}} % of its {{wakes}} wakes so far.' },
    advice: {
      own: 'A hint, and no more: drivers that yield to themselves, and sets of futures, are above this and healthy. The rule self-wake says when such a task does nothing else.',
    },
  },

  check(segment, thresholds) {
    const findings = suspicionsOf(segment, 'self-wakes').flatMap((suspicion) => {
      const { wakes, selfWakes: own } = suspicion;
      const percent = Math.floor((100 * own) / wakes);
      if (!(percent > thresholds.percent)) return [];
      const evidence = { percent: crossed(selfWakes.meta, thresholds, 'percent', percent) };
      const found = { ...foundIn(suspicion), data: { percent, wakes }, evidence };
      return [{ ...found, messageId: 'own', confidence: 'possible' as const }];
    });
    return answerOf(segment, findings);
  },
};
