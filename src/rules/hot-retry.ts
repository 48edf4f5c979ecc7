/** A loop through I/O that fails, or answers nothing new, at once: a retry without a delay. */
import { crossed } from './evidence.ts';
import { loopFinding, loopsOfKind } from './loops.ts';
import type { Rule } from './rule.ts';
import { answerOf } from './seen.ts';

type Key = 'perSecond';

export const hotRetry: Rule<Key> = {
  meta: {
    id: 'hot-retry',
    summary: 'the same request is made again and again with no delay, and nothing comes of it',
    level: 'error',
    needs: ['loops'],
    reads: ['loop'],
    thresholds: {
      perSecond: {
        default: 50,
        min: 1,
        max: 1e9,
        unit: '/s',
        why: 'Rounds per second. Who retries with any delay, or polls at a pace that was chosen, makes a few.',
      },
    },
    messages: {
      retry:
        '{{unit}} makes the same request again at once, {{perSecond}} steps of it a second, and nothing comes of it.',
    },
    advice: {
      retry:
        'Wait before the next try, longer each time (exponential backoff with jitter), give up after a bound, and take an answer that changes nothing for a failure.',
    },
  },

  check(segment, thresholds) {
    const findings = loopsOfKind(segment, 'io').flatMap(({ loop, confidence }) => {
      const perSecond = Math.round(loop.perSecond);
      if (perSecond < thresholds.perSecond) return [];
      const found = loopFinding(segment, loop);
      const evidence = {
        perSecond: crossed(hotRetry.meta, thresholds, 'perSecond', perSecond),
        ...found.evidence,
      };
      return [{ ...found, messageId: 'retry', confidence, evidence }];
    });
    return answerOf(segment, findings);
  },
};
