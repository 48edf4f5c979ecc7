/** A loop that never leaves one poll, and gets nowhere in it. */
import { crossed, rounded, stateEvidence } from './evidence.ts';
import { loopFinding, loopsOfKind } from './loops.ts';
import type { Rule, RuleFinding, Thresholds } from './rule.ts';
import { hotPolls, LEAST_HOT_SHARE, stackFinding } from './stacks.ts';
import { answerOf, foundIn, suspicionsOf, type SuspicionOf } from './seen.ts';
import { fruitlessConfidence, isStandstill, stateConfidence } from './state-confidence.ts';

import type { Confidence } from '../model/finding.ts';
import type { LoopSuspicion, Segment } from '../model/recording.ts';

type Key =
  | 'streak'
  | 'durationMs'
  | 'countingMs'
  | 'hotShare'
  | 'innerShare'
  | 'outsideShare'
  | 'aloneShare'
  | 'aloneInnerShare'
  | 'workShare';

export const spinInsidePoll: Rule<Key> = {
  meta: {
    id: 'spin-inside-poll',
    summary: 'a poll does not return: it asks again and again for what does not come',
    level: 'error',
    needs: [],
    needsOneOf: ['stuck-polls', 'reads'],
    orNeeds: ['loops', 'stacks'],
    reads: ['empty-ready', 'stuck-poll', 'loop', 'hot-polls'],
    thresholds: {
      streak: {
        default: 1000,
        min: 1,
        max: 1e9,
        unit: 'answers',
        why: 'Fruitless Readys in a row inside one poll. End of file is one; nothing healthy asks a thousand times without leaving the poll.',
      },
      durationMs: {
        default: 500,
        min: 1,
        max: 1e9,
        unit: 'ms',
        why: 'How long a poll has lasted whose sampled state stands still. Honest polls take microseconds, and honest long ones change their state all the time; half a second leaves room for a verdict within one.',
      },
      countingMs: {
        default: 2000,
        min: 1,
        max: 1e9,
        unit: 'ms',
        why: 'The same for a callback of a plain program in which counters and clocks moved and nothing else: honest computing changes more, and mostly ends sooner.',
      },
      hotShare: LEAST_HOT_SHARE,
      innerShare: {
        default: 0.8,
        min: 0,
        max: 1,
        unit: 'ratio',
        why: "Of a profile: least share of the polls that the task's own function makes in the task's samples.",
      },
      outsideShare: {
        default: 0.02,
        min: 0,
        max: 1,
        unit: 'ratio',
        why: "Of a profile: most of the task's samples that may be in the executor, in wakes or in the kernel. A poll that returns, or reads, is seen there.",
      },
      aloneShare: {
        default: 0.95,
        min: 0,
        max: 1,
        unit: 'ratio',
        why: 'Of a profile: share in all samples from which on a task is alone, so that nobody feeds it; then it may go back to the executor, out of budget, and only the kernel counts for `outsideShare`. Several tasks of one kind look like one, so that it is possible only.',
      },
      aloneInnerShare: {
        default: 0.5,
        min: 0,
        max: 1,
        unit: 'ratio',
        why: 'Of a profile: the same as `innerShare`, for a task that is alone; but it is possible only, until a console says that it is polled without rest.',
      },
      workShare: {
        default: 0.3,
        min: 0,
        max: 1,
        unit: 'ratio',
        why: 'Of a profile: most of the samples that may be in functions which neither poll nor are of the standard library. Who decodes or computes is there nearly always.',
      },
    },
    messages: {
      callback:
        'A callback of {{unit}} has not returned for {{duration}} ms, and nothing changes in it.',
      counting:
        'A callback of {{unit}} has not returned for {{duration}} ms; only counters and clocks change in it.',
      blocks: 'A callback of {{unit}} has blocked the event loop for {{duration}} ms.',
      fruitless:
        '{{unit}} answered {{streak}} times in a row with Ready and nothing, inside one poll that has not returned.',
      stacks:
        '{{unit}} is polled again and again inside one poll of its task: {{share}} % of {{samples}} samples are there, and next to none anywhere else.',
      standstill:
        'A poll of {{unit}} has not returned for {{duration}} ms, and nothing changes in it.',
    },
    advice: {
      callback:
        'The loop waits for something that only the event loop could bring, or asks for what does not come. Let the loop end when a round brings nothing, and wait for the event.',
      counting:
        'If the loop waits for something, wait for its event instead. If it works, do the work in pieces, or in a worker thread.',
      blocks:
        'While it lasts, no timer, socket or promise of the thread gets its turn. Do long work in pieces, or in a worker thread.',
      fruitless:
        'The loop in the poll must end when an answer brings nothing: stop at end of file, return the error, or answer Pending.',
      stacks:
        'The loop in the poll must end when an answer brings nothing: stop at end of file, return the error, or answer Pending.',
      standstill:
        'A poll must not wait. Register the waker with what the loop is checking and answer Pending.',
    },
  },

  check(segment, thresholds) {
    const fruitless = suspicionsOf(segment, 'empty-ready').flatMap((suspicion) =>
      judgeFruitless(suspicion, thresholds),
    );
    const stuck = suspicionsOf(segment, 'stuck-poll').flatMap((suspicion) =>
      judgeStuck(suspicion, thresholds),
    );
    const callbacks = loopsOfKind(segment, 'inside').flatMap(({ loop, confidence }) =>
      judgeCallback(segment, loop, confidence, thresholds),
    );
    const stacks = judgeStacks(segment, thresholds);
    return answerOf(segment, [...fruitless, ...stuck, ...callbacks, ...stacks]);
  },
};

/** Of what could not be seen in full, it is only sure that it blocks the loop. */
function judgeCallback(
  segment: Segment,
  loop: LoopSuspicion,
  confidence: Confidence,
  thresholds: Thresholds<Key>,
): RuleFinding[] {
  const isStill = isStandstill(loop.state);
  const isCounting = loop.state.verdict === 'counters';
  const key = isStill ? 'durationMs' : 'countingMs';
  const duration = Math.round((loop.at - loop.since) / 1e6);
  if (duration < thresholds[key]) return [];
  const found = loopFinding(segment, loop);
  return [
    {
      ...found,
      messageId: isStill ? 'callback' : isCounting ? 'counting' : 'blocks',
      data: { duration },
      confidence,
      evidence: {
        ...found.evidence,
        duration: crossed(spinInsidePoll.meta, thresholds, key, duration),
      },
    },
  ];
}

function judgeFruitless(
  suspicion: SuspicionOf<'empty-ready'>,
  thresholds: Thresholds<Key>,
): RuleFinding[] {
  const { streak, state, isInsideOnePoll } = suspicion;
  const confidence = fruitlessConfidence(state);
  if (!isInsideOnePoll || confidence === null || streak < thresholds.streak) return [];
  const evidence = {
    streak: crossed(spinInsidePoll.meta, thresholds, 'streak', streak),
    operation: { value: suspicion.operation },
    ...stateEvidence(state),
  };
  const found = foundIn(suspicion);
  return [{ ...found, messageId: 'fruitless', data: { streak }, confidence, evidence }];
}

function judgeStuck(
  suspicion: SuspicionOf<'stuck-poll'>,
  thresholds: Thresholds<Key>,
): RuleFinding[] {
  const { forMs, state } = suspicion;
  const confidence = stateConfidence(state);
  if (!isStandstill(state) || confidence === null || forMs < thresholds.durationMs) return [];
  const duration = Math.round(forMs);
  const evidence = {
    duration: crossed(spinInsidePoll.meta, thresholds, 'durationMs', duration),
    ...stateEvidence(state),
  };
  const found = foundIn(suspicion);
  return [{ ...found, messageId: 'standstill', data: { duration }, confidence, evidence }];
}

/** Whoever leaves the poll is seen in the executor, and whoever works in its functions. */
function judgeStacks(segment: Segment, thresholds: Thresholds<Key>): RuleFinding[] {
  const { meta } = spinInsidePoll;
  return hotPolls(segment, 'inside').flatMap((suspicion) => {
    const { share, innerShare, overheadShare, kernelShare, workShare } = suspicion;
    if (share < thresholds.hotShare || workShare > thresholds.workShare) return [];
    const isInside =
      innerShare >= thresholds.innerShare && overheadShare + kernelShare <= thresholds.outsideShare;
    const isAlone =
      share >= thresholds.aloneShare &&
      innerShare >= thresholds.aloneInnerShare &&
      kernelShare <= thresholds.outsideShare;
    if (!isInside && !isAlone) return [];
    const outside = kernelShare + (isInside ? overheadShare : 0);
    const evidence = {
      samples: { value: suspicion.samples, unit: 'samples' },
      share: crossed(meta, thresholds, 'hotShare', rounded(share)),
      inner: crossed(
        meta,
        thresholds,
        isInside ? 'innerShare' : 'aloneInnerShare',
        rounded(innerShare),
      ),
      outside: crossed(meta, thresholds, 'outsideShare', rounded(outside)),
      work: crossed(meta, thresholds, 'workShare', rounded(workShare)),
    };
    const confidence = isInside ? ('likely' as const) : ('possible' as const);
    return [{ ...stackFinding(suspicion, evidence), confidence, level: 'warning' }];
  });
}
