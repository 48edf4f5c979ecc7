/** A future that is polled again although it was finished. */
import { crossed } from './evidence.ts';
import type { Rule, RuleFinding } from './rule.ts';
import { answerOf, foundIn, suspicionsOf } from './seen.ts';

type Key = 'count';

export const pollAfterReady: Rule<Key> = {
  meta: {
    id: 'poll-after-ready',
    summary: 'a future is polled again after it answered Ready',
    level: 'warning',
    needs: ['polls-after-ready'],
    reads: ['poll-after-ready'],
    thresholds: {
      count: {
        default: 1,
        min: 1,
        max: 1e9,
        unit: 'polls',
        why: 'Polls after Ready. The contract allows none; what happens then is up to the future: it may throw, hang, or start over.',
      },
    },
    messages: {
      polled: '{{unit}} was polled again after it had answered Ready ({{count}} so far).',
    },
    advice: {
      polled:
        'Whoever polls it must drop the future, or remember that it is done, once it answers Ready. `fuse` does so where a loop cannot.',
    },
  },

  check(segment, thresholds) {
    const findings = suspicionsOf(segment, 'poll-after-ready')
      .filter(({ count }) => count >= thresholds.count)
      .map((suspicion): RuleFinding => {
        const { count } = suspicion;
        const evidence = { count: crossed(pollAfterReady.meta, thresholds, 'count', count) };
        const found = foundIn(suspicion);
        return { ...found, messageId: 'polled', data: { count }, confidence: 'proven', evidence };
      });
    return answerOf(segment, findings);
  },
};
