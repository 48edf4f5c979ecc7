/** Ready, but nothing came of it; asked again, the same. */
import { crossed, rounded, stateEvidence } from './evidence.ts';
import { burningLoops, LEAST_CPU_SHARE } from './loops.ts';
import { LEAST_HOT_SHARE, readingStacks, stackFinding } from './stacks.ts';
import type { Rule, RuleFinding, Thresholds } from './rule.ts';
import { answerOf, foundIn, suspicionsOf, type SuspicionOf } from './seen.ts';
import { fruitlessConfidence } from './state-confidence.ts';
import type { Segment } from '../model/recording.ts';

type Suspect = SuspicionOf<'empty-ready'>;
type Key =
  | 'streak'
  | 'perSecond'
  | 'ticksPerSecond'
  | 'cpuShare'
  | 'hotShare'
  | 'readSamples'
  | 'readShare'
  | 'dataShare';

export const readyWithoutProgress: Rule<Key> = {
  meta: {
    id: 'ready-without-progress',
    summary: 'an operation answers Ready but moves nothing, and its caller asks again and again',
    level: 'error',
    needs: ['reads'],
    orNeeds: ['loops', 'stacks'],
    reads: ['empty-ready', 'loop', 'hot-polls'],
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
      hotShare: LEAST_HOT_SHARE,
      readSamples: {
        default: 60,
        min: 1,
        max: 1e9,
        unit: 'samples',
        why: 'Of a profile that shows the kernel: least samples of the task in its calls that read. Of those that bring bytes, a tenth and more hand them over: that 60 show none is no chance.',
      },
      readShare: {
        default: 0.2,
        min: 0,
        max: 1,
        unit: 'ratio',
        why: "Of a profile: least share of these in the task's samples. Less is not what it spends its time with.",
      },
      dataShare: {
        default: 0.02,
        min: 0,
        max: 1,
        unit: 'ratio',
        why: 'Of a profile: most of them that may hand bytes over. A server of small messages that asks twice for each is at a twentieth.',
      },
    },
    messages: {
      stacks:
        '{{unit}} reads again and again and gets nothing: of {{samples}} samples of that task, {{reads}} are in calls that read, and {{data}} of them where bytes are handed over.',
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
      stacks:
        'No byte means end of file: stop reading. If the answer is an error or would-block, do not ask again at once: wait for the readiness, which must be cleared (`clear_ready`, `try_io`) when a call would block.',
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
    return answerOf(segment, [
      ...findings,
      ...judgeSources(segment, thresholds),
      ...judgeStacks(segment, thresholds),
    ]);
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

/** Who reads and works has bytes copied to it; who is at the end, or asks too early, has none. */
function judgeStacks(segment: Segment, thresholds: Thresholds<Key>): RuleFinding[] {
  const { meta } = readyWithoutProgress;
  return readingStacks(segment).flatMap((suspicion) => {
    const { share, samples, reads, readsWithData } = suspicion;
    const [readShare, dataShare] = [reads / samples, readsWithData / reads];
    if (share < thresholds.hotShare || reads < thresholds.readSamples) return [];
    if (readShare < thresholds.readShare || dataShare > thresholds.dataShare) return [];
    const evidence = {
      share: crossed(meta, thresholds, 'hotShare', rounded(share)),
      reads: crossed(meta, thresholds, 'readSamples', reads),
      readShare: crossed(meta, thresholds, 'readShare', rounded(readShare)),
      withData: crossed(meta, thresholds, 'dataShare', rounded(dataShare)),
    };
    const found = stackFinding(suspicion, evidence);
    return [{ ...found, data: { ...found.data, reads, data: readsWithData } }];
  });
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
