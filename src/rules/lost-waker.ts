/** Pending, and nobody is left who could wake it: the dual of the busy loop. */
import type { Rule, RuleFinding } from './rule.ts';
import { answerOf, foundIn, suspicionsOf, type SuspicionOf } from './seen.ts';

export const lostWaker: Rule<never> = {
  meta: {
    id: 'lost-waker',
    summary: 'a pending task whose wakers are gone, or that nothing left can wake',
    level: 'error',
    needs: [],
    needsOneOf: ['collected-wakers', 'quiet'],
    orNeeds: ['task-rates'],
    reads: ['lost-waker'],
    thresholds: {},
    messages: {
      collected:
        '{{unit}} is pending, and every waker of its task was garbage-collected without being woken.',
      dropped:
        '{{unit}} is pending, and as many of its wakers were dropped as were cloned: nobody holds one any more.',
      quiet: '{{unit}} is pending, and nothing is left in the process that could wake its task.',
    },
    advice: {
      collected:
        'A poll that answers Pending must leave a clone of its waker with what will unblock it, and that must keep it until it fires.',
      dropped:
        'A poll that answers Pending must leave a clone of its waker with what will unblock it. A task that is meant to wait for ever (`pending()`) looks the same.',
      quiet:
        'Look for the waker: it was never stored, was replaced by that of another task, or the one who holds it forgot to wake.',
    },
  },

  check(segment) {
    return answerOf(segment, suspicionsOf(segment, 'lost-waker').map(judgeLost));
  },
};

const WAKERS = {
  collected: 'all collected unfired',
  quiet: 'none fired',
  dropped: 'all dropped',
} as const;

/**
 * Collected wakers are proof. A quiet process is proof only that it ended so: a detached
 * task that was never meant to end looks alike, so it counts only where somebody waits. Dropped
 * wakers are no more than possible: so waits a task for ever that is meant to.
 */
function judgeLost(suspicion: SuspicionOf<'lost-waker'>): RuleFinding {
  const { how, isAwaited } = suspicion;
  const found: RuleFinding = {
    ...foundIn(suspicion),
    messageId: how,
    data: {},
    confidence: how === 'collected' ? 'proven' : isAwaited ? 'likely' : 'possible',
    evidence: {
      wakers: { value: WAKERS[how] },
      isAwaited: { value: isAwaited ? 'yes' : 'no' },
    },
  };
  return isAwaited && how === 'collected' ? found : { ...found, level: 'warning' };
}
