/** Ready, but nothing came of it; asked again, the same. */
import { crossed, stateEvidence } from './evidence.ts';
import { burningLoops, LEAST_CPU_SHARE } from './loops.ts';
import type { Rule, RuleFinding, Thresholds } from './rule.ts';
import { answerOf, foundIn, suspicionsOf, type SuspicionOf } from './seen.ts';
import { fruitlessConfidence } from './state-confidence.ts';
import type { Segment } from '../model/recording.ts';

type Suspect = SuspicionOf<'empty-ready'>;
type Key = 'streak' | 'perSecond' | 'ticksPerSecond' | 'cpuShare';

export const readyWithoutProgress: Rule<Key> = {
  meta: {
    id: 'ready-without-progress',
    summary: 'an operation answers Ready but moves nothing, and its caller asks again and again',
    level: 'error',
    needs: ['reads'],
    orNeeds: ['loops'],
    reads: ['empty-ready', 'loop'],
    thresholds: {
      streak: {
        default: 1000,
        min: 1,
        max: 1e9,
        unit: 'polls',
        why: 'Fruitless Readys in a row. End of file is one, two when a wrapper asks again; nothing healthy asks a thousand times.',
      },
      perSecond: {
        default: 100,
        min: 0,
        max: 1e9,
        unit: '/s',
        why: 'Fruitless Readys per second over the streak. Who follows a growing file asks 1 to 20 times a second, with a pause.',
      },
      ticksPerSecond: {
        default: 1000,
        min: 0,
        max: 1e9,
        unit: '/s',
        why: 'The same for the ticks of a hand-written pump, which may idle at the 60 to 240 Hz of a screen, and at most at the 1,000 Hz of a 1 ms timer.',
      },
      cpuShare: LEAST_CPU_SHARE,
    },
    messages: {
      source:
        '{{unit}} is asked for data by a stream and brings none, again and again, {{cpu}} % of a core for {{seconds}} s so far.',
      read: '{{unit}} answered {{streak}} reads in a row with Ready and no byte, and was asked again each time.',
      write:
        '{{unit}} answered {{streak}} writes in a row with Ready and accepted no byte, and was asked again each time.',
      fill: '{{unit}} answered {{streak}} times in a row with an empty buffer, and was asked again each time.',
      next: '{{unit}} answered {{streak}} times in a row with the same end or the same error, and was asked again each time.',
      tick: '{{unit}} ticked {{streak}} times in a row, {{perSecond}} times a second, and made no progress.',
    },
    advice: {
      source:
        'A source that has nothing yet must not answer with an empty chunk: keep the request, and push or enqueue when there is data.',
      read: 'No byte into a buffer with room means end of file: the caller must stop reading. A layer that only has nothing yet must answer Pending.',
      write:
        'A write that accepts nothing of a non-empty buffer is an error (WriteZero): the caller must stop. A layer that only has no room yet must answer Pending.',
      fill: 'An empty buffer means end of file: the caller must stop. A layer that only has nothing yet must answer Pending.',
      next: 'A stream that ended, or that fails without consuming anything, must not be asked again: leave the loop, or disable its branch (fuse it).',
      tick: 'A pump with nothing to do must wait for what brings it work, instead of ticking on.',
    },
  },

  check(segment, thresholds) {
    const findings = suspicionsOf(segment, 'empty-ready').flatMap((suspicion) => {
      // What never left one poll is judged by `spin-inside-poll`.
      if (suspicion.isInsideOnePoll) return [];
      return judgeReadys(suspicion, thresholds);
    });
    return answerOf(segment, [...findings, ...judgeSources(segment, thresholds)]);
  },
};

/** A function of any program that a stream asks for data. */
function judgeSources(segment: Segment, thresholds: Thresholds<Key>): RuleFinding[] {
  return burningLoops(segment, 'source', readyWithoutProgress.meta, thresholds).map(
    ({ finding }) => ({
      ...finding,
      messageId: 'source',
    }),
  );
}

function judgeReadys(suspicion: Suspect, thresholds: Thresholds<Key>): RuleFinding[] {
  const { operation, streak, perSecond, state } = suspicion;
  const rateKey = operation === 'tick' ? 'ticksPerSecond' : 'perSecond';
  const confidence = fruitlessConfidence(state);
  if (confidence === null) return [];
  if (streak < thresholds.streak || perSecond < thresholds[rateKey]) return [];
  const { meta } = readyWithoutProgress;
  return [
    {
      ...foundIn(suspicion),
      messageId: operation,
      data: { streak, perSecond: Math.round(perSecond) },
      confidence,
      evidence: {
        streak: crossed(meta, thresholds, 'streak', streak),
        perSecond: crossed(meta, thresholds, rateKey, Math.round(perSecond)),
        ...stateEvidence(state),
      },
    },
  ];
}
