/** A timer that fires all the time: its delay is none, or none that a timer can have. */
import { crossed } from './evidence.ts';
import { loopFinding, loopsOfKind } from './loops.ts';
import type { Rule, RuleFinding, Thresholds } from './rule.ts';
import { answerOf, suspicionsOf } from './seen.ts';
import type { LoopSuspicion, Segment } from '../model/recording.ts';

type Key = 'perSecond' | 'oddPerSecond';

export const timerStorm: Rule<Key> = {
  meta: {
    id: 'timer-storm',
    summary:
      'a timer of 0 or 1 ms re-arms itself, or a delay overflowed or was NaN and became 1 ms',
    level: 'warning',
    needs: ['loops'],
    reads: ['loop'],
    thresholds: {
      perSecond: {
        default: 100,
        min: 1,
        max: 1e9,
        unit: '/s',
        why: 'Firings per second of a timer whose delay was meant. 60 frames a second are below it, a timer of 1 ms fires up to 1,000 times.',
      },
      oddPerSecond: {
        default: 20,
        min: 1,
        max: 1e9,
        unit: '/s',
        why: 'Firings per second of a timer whose delay no timer can have. Node runs it every millisecond; on a busy machine it may come to some tens.',
      },
    },
    messages: {
      odd: '{{unit}} asked for a timer of {{requested}} ms; Node makes that 1 ms, so it fires {{perSecond}} times a second.',
      short:
        '{{unit}} re-arms a timer of {{delay}} ms {{perSecond}} times a second, and nothing changes in between.',
    },
    advice: {
      odd: 'A delay must be a number from 1 to 2147483647. Check how it is computed (NaN comes from undefined, an overflow from days in milliseconds), and cut a long wait into shorter ones.',
      short:
        'Wait for the event itself instead of asking for it every millisecond, or ask at the pace at which the answer can change.',
    },
  },

  check(segment, thresholds) {
    const odd = suspicionsOf(segment, 'loop').flatMap((loop) =>
      judgeOdd(segment, loop, thresholds),
    );
    const short = loopsOfKind(segment, 'timer').flatMap(({ loop, confidence }) => {
      const { perSecond, delayMs, oddDelay } = loop;
      if (oddDelay !== null || perSecond < thresholds.perSecond) return [];
      const found = loopFinding(segment, loop);
      const finding: RuleFinding = {
        ...found,
        messageId: 'short',
        data: { ...found.data, delay: delayMs ?? 0 },
        confidence,
        evidence: {
          perSecond: crossed(timerStorm.meta, thresholds, 'perSecond', Math.round(perSecond)),
          ...found.evidence,
        },
      };
      return [finding];
    });
    return answerOf(segment, [...odd, ...short]);
  },
};

/** Whatever it does each time, it was not meant to be done so often. */
function judgeOdd(
  segment: Segment,
  loop: LoopSuspicion,
  thresholds: Thresholds<Key>,
): RuleFinding[] {
  const { oddDelay, perSecond } = loop;
  if (oddDelay === null || perSecond < thresholds.oddPerSecond) return [];
  // A deadline that has passed is asked for once, not again and again.
  if (Number(oddDelay) < 0 && loop.state.verdict === 'progress') return [];
  const found = loopFinding(segment, loop);
  const rate = crossed(timerStorm.meta, thresholds, 'oddPerSecond', Math.round(perSecond));
  return [
    {
      ...found,
      messageId: 'odd',
      data: { ...found.data, requested: oddDelay },
      confidence: 'proven',
      evidence: {
        requestedDelay: { value: oddDelay, unit: 'ms' },
        perSecond: rate,
        ...found.evidence,
      },
    },
  ];
}
