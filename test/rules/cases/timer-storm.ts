import {
  CHECK,
  calmSegment,
  hardlyProbed,
  loopSuspicion,
  probed,
  silentSegment,
  state,
  TIMERS,
} from '../calm-segment.ts';
import type { LoopSuspicion } from '../../../src/model/recording.ts';
import type { RuleCases } from '../rule-cases.ts';

const timer = (changes: Partial<LoopSuspicion> = {}) =>
  loopSuspicion({ via: 'timer', delayMs: 1, perSecond: 100, cpuShare: 0.04, ...changes });

/** Its wait of 30 days became 1 ms. */
const odd = (changes: Partial<LoopSuspicion> = {}) =>
  timer({ oddDelay: '2592000000', perSecond: 20, ...changes });

export const timerStormCases: RuleCases = {
  ok: [
    { name: 'a thread that was watched and had no loop', segment: probed() },
    { name: 'a calm segment', segment: calmSegment() },
    { name: 'an animation of 60 frames a second', segment: probed(timer({ perSecond: 60 })) },
    { name: 'firings just below the rate', segment: probed(timer({ perSecond: 99 })) },
    { name: 'a timer that works', segment: probed(timer({ state: state('progress') })) },
    { name: 'an odd delay, firings just below the rate', segment: probed(odd({ perSecond: 19 })) },
    {
      name: 'a deadline that has passed, and work that goes on',
      segment: probed(odd({ oddDelay: '-5', state: state('progress') })),
    },
    { name: 'a loop without a timer', segment: probed(loopSuspicion()) },
    {
      name: 'what never left its callback, which another rule judges',
      segment: probed(timer({ isInsideOneRun: true })),
    },
  ],
  found: [
    {
      name: 'a timer of 1 ms, and the whole state stands still',
      segment: probed(timer()),
      messageId: 'short',
      confidence: 'proven',
      evidence: { perSecond: 100, cpu: 4, eventLoop: 'turns', state: 'same', stateSamples: 16 },
    },
    {
      name: 'no delay at all',
      segment: probed(timer({ delayMs: null })),
      messageId: 'short',
      confidence: 'proven',
    },
    {
      name: 'a timer that is armed again while counters move, seen twice',
      segment: probed(timer({ state: state('counters') })),
      messageId: 'short',
      confidence: 'likely',
    },
    {
      name: 'the same seen once',
      segment: probed(timer({ state: state('counters', { isComplete: false }), traces: 1 })),
      messageId: 'short',
      confidence: 'possible',
    },
    {
      name: 'an interval that was chosen, while counters move',
      segment: probed(timer({ isInterval: true, state: state('counters') })),
      messageId: 'short',
      confidence: 'possible',
    },
    {
      name: 'an interval that was chosen, and nothing moves',
      segment: probed(timer({ isInterval: true, traces: 1 })),
      messageId: 'short',
      confidence: 'proven',
    },
    {
      name: 'of which Node’s own functions alone were seen',
      segment: probed(timer({ place: TIMERS })),
      messageId: 'short',
      confidence: 'possible',
    },
    {
      name: 'of which no function was seen',
      segment: probed(timer({ place: null })),
      messageId: 'short',
      confidence: 'possible',
    },
    {
      name: 'a delay that overflowed',
      segment: probed(odd()),
      messageId: 'odd',
      confidence: 'proven',
      evidence: { requestedDelay: '2592000000', perSecond: 20 },
    },
    {
      name: 'a delay that overflowed, in front of work',
      segment: probed(odd({ state: state('progress') })),
      messageId: 'odd',
      confidence: 'proven',
    },
    {
      name: 'a delay that was no number, in front of a request',
      segment: probed(odd({ oddDelay: 'NaN', via: 'io', state: state('progress') })),
      messageId: 'odd',
      confidence: 'proven',
    },
    {
      name: 'a deadline that has passed, again and again, and nothing moves',
      segment: probed(odd({ oddDelay: '-5' })),
      messageId: 'odd',
      confidence: 'proven',
    },
    {
      name: 'an odd delay beside a timer that is healthy',
      segment: probed(odd({ id: 'odd' }), timer({ place: CHECK, perSecond: 60 })),
      messageId: 'odd',
      confidence: 'proven',
    },
  ],
  notEnough: [
    { name: 'a thread that was hardly watched', segment: hardlyProbed() },
    { name: 'no poll was seen', segment: silentSegment() },
  ],
};
