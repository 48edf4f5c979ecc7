/** A loop through I/O that fails, or answers nothing new, at once: a retry without a delay. */
import { crossed } from './evidence.ts';
import { loopFinding, loopsOfKind } from './loops.ts';
import type { Rule, RuleFinding, Thresholds } from './rule.ts';
import type { EvidenceItem } from '../model/finding.ts';
import { answerOf } from './seen.ts';

type Key = 'perSecond' | 'birthsPerSecond';

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
      birthsPerSecond: {
        default: 3,
        min: 0.1,
        max: 1e6,
        unit: '/s',
        why: 'Processes or threads started per second by one loop. Starting one takes some tens of milliseconds of a core, and a supervisor that waits before it restarts starts fewer than one.',
      },
    },
    messages: {
      retry:
        '{{unit}} makes the same request again at once, {{perSecond}} steps of it a second, and nothing comes of it.',
      respawn:
        '{{unit}} starts a process or a thread again as soon as one has ended, {{births}} of them a second, and nothing comes of it.',
    },
    advice: {
      retry:
        'Wait before the next try, longer each time (exponential backoff with jitter), give up after a bound, and take an answer that changes nothing for a failure.',
      respawn:
        'Wait before the next start, longer each time, and give up when several in a row have ended at once. Check the count that decides how many must run.',
    },
  },

  check(segment, thresholds) {
    const findings = loopsOfKind(segment, 'io').flatMap(({ loop, confidence }) => {
      const { birthsPerSecond } = loop;
      const perSecond = Math.round(loop.perSecond);
      const isRespawn = birthsPerSecond >= thresholds.birthsPerSecond;
      if (!isRespawn && perSecond < thresholds.perSecond) return [];
      const rate = isRespawn
        ? { birthsPerSecond: over(thresholds, 'birthsPerSecond', birthsPerSecond) }
        : { perSecond: over(thresholds, 'perSecond', perSecond) };
      const found = loopFinding(segment, loop);
      const finding: RuleFinding = {
        ...found,
        messageId: isRespawn ? 'respawn' : 'retry',
        data: { ...found.data, births: birthsPerSecond },
        confidence,
        evidence: { ...rate, ...found.evidence },
      };
      return [finding];
    });
    return answerOf(segment, findings);
  },
};

const over = (thresholds: Thresholds<Key>, key: Key, value: number): EvidenceItem =>
  crossed<Key>(hotRetry.meta, thresholds, key, value);
