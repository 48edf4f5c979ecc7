/** A task that answers Pending and wakes itself in the same poll, again and again. */
import { crossed, meanPoll, rounded, stateEvidence } from './evidence.ts';
import { burningLoops, LEAST_CPU_SHARE } from './loops.ts';
import { longestBarrenRun } from './poll-rate.ts';
import { rateRuns, rateThresholds, type RateKey } from './rates.ts';
import type { Rule, RuleFinding, Thresholds } from './rule.ts';
import { WAKE_STACKS, wakingStacks, type WakeStacksKey } from './stacks.ts';
import { answerOf, foundIn, suspicionsOf, type SuspicionOf } from './seen.ts';
import { atMost, stateConfidence } from './state-confidence.ts';
import type { Segment } from '../model/recording.ts';

type Suspect = SuspicionOf<'self-wake'>;
type Key =
  | 'streak'
  | 'perSecond'
  | 'share'
  | 'windows'
  | 'maxPollUs'
  | 'yieldStreak'
  | 'cpuShare'
  | WakeStacksKey
  | RateKey;

export const selfWake: Rule<Key> = {
  meta: {
    id: 'self-wake',
    summary: 'a poll answers Pending and wakes its own task, without progress, again and again',
    level: 'error',
    needs: ['polls', 'self-wakes'],
    orNeeds: ['loops', 'stacks', 'task-rates'],
    reads: ['self-wake', 'loop', 'hot-polls', 'poll-rate'],
    thresholds: {
      streak: {
        default: 1000,
        min: 1,
        max: 1e9,
        unit: 'polls',
        why: 'Barren polls in a row. Healthy code wakes itself once or twice between two steps of progress; the largest bound in use (160 datagrams) would have to repeat six times with nothing gained.',
      },
      perSecond: {
        default: 200,
        min: 1,
        max: 1e9,
        unit: '/s',
        why: 'Barren polls per second in every one of the windows, for spins that something interrupts before the streak is full. Spins poll 10,000 to 1,000,000 times, on a machine with a hundred others a hundredth of that; whoever waits for a timer or a socket has no barren polls.',
      },
      share: {
        default: 0.9,
        min: 0.01,
        max: 1,
        unit: 'ratio',
        why: 'Least share of barren polls in all polls of a window. A set of futures that wakes itself once per outside wake sits at one half for ever.',
      },
      windows: {
        default: 3,
        min: 1,
        max: 120,
        unit: 'windows',
        why: 'Windows of about a second in a row at that rate. A burst ends sooner.',
      },
      maxPollUs: {
        default: 1000,
        min: 1,
        max: 1e9,
        unit: 'µs',
        why: 'Mean length of a poll above which it is work and no spin. A spin polls for 0.1 to 50 µs.',
      },
      yieldStreak: {
        default: 20000,
        min: 1,
        max: 1e9,
        unit: 'polls',
        why: 'Yields on purpose in a row without progress. A yield is a promise that there is work left, so it is believed twenty times longer.',
      },
      cpuShare: LEAST_CPU_SHARE,
      ...WAKE_STACKS,
      ...rateThresholds(
        {
          default: 20,
          why: 'Of a tokio program: mean length of a poll above which it may work. Under a console spins poll for 1 to 2 µs, drivers that wake themselves after some datagrams or rounds for 100.',
        },
        {
          default: 0.2,
          why: 'Of a tokio program: most of the time that the task may wait, neither polled nor about to be. Who wakes itself in each poll never does.',
        },
      ),
    },
    messages: {
      loop: '{{unit}} makes itself run again and again, {{cpu}} % of a core for {{seconds}} s so far, and nothing changes in between.',
      selfWake:
        '{{unit}} answered Pending and woke its own task {{streak}} times in a row, and nothing changed in between.',
      rate: '{{unit}} answered Pending and woke its own task {{perSecond}} times a second for {{windows}} windows, with next to no progress.',
      stacks:
        '{{unit}} wakes its own task from its poll: of {{samples}} samples of that task, {{machinery}} % are in waking and polling it again, and {{kernel}} % in the kernel.',
      counted:
        '{{unit}} is polled {{perSecond}} times a second, {{meanPoll}} µs each, and wakes its own task in {{selfPercent}} % of these polls; it never waits.',
      deferred:
        '{{unit}} is polled {{perSecond}} times a second, {{meanPoll}} µs each, and never waits. It is woken once for each poll, but from outside of it: by yields, by an empty budget, or by somebody who is not seen.',
      root: '{{unit}} is the root of an executor and is polled {{perSecond}} times a second, {{meanPoll}} µs each, without ever waiting. Who wakes it is not told: this is inferred.',
      yields: '{{unit}} yielded {{streak}} times in a row, and nothing changed in between.',
    },
    advice: {
      loop: 'Wait for what would change the answer (an event, a promise that is not settled yet, a timer with a real delay) instead of asking again at once.',
      selfWake:
        'Pending must wait for something: leave the waker with what will unblock the task, and wake it only when that fires. If the poll can go on at once, loop inside it or answer Ready.',
      rate: 'Pending must wait for something: leave the waker with what will unblock the task, and wake it only when that fires. If the poll can go on at once, loop inside it or answer Ready.',
      stacks:
        'Pending must wait for something: leave the waker with what will unblock the task, and wake it only when that fires. If the poll can go on at once, loop inside it or answer Ready.',
      counted:
        'Find the future in this task that wakes and answers Pending: a profile (`selfwake profile`) or the stacks of the process (`selfwake tokio --pid`) name it. It must leave the waker with what will unblock it.',
      deferred:
        'If the task computes in small pieces, take larger ones between two yields. If it waits for something, a closed channel in a `select!` or a stream that has ended, leave that branch. A profile tells.',
      root: 'Take a profile: it names what is polled in there.',
      yields:
        'A yield is for a task that has work left. Wait for what the loop is checking (a waker, a Notify, a channel) instead of asking again each time round.',
    },
  },

  check(segment, thresholds) {
    const findings = suspicionsOf(segment, 'self-wake').flatMap((suspicion) => {
      const finding =
        suspicion.via === 'yield'
          ? judgeYields(suspicion, thresholds)
          : judgeWakes(segment, suspicion, thresholds);
      return finding === null ? [] : [finding];
    });
    return answerOf(segment, [
      ...findings,
      ...judgeLoops(segment, thresholds),
      ...wakingStacks(segment, 'self-wake', selfWake.meta, thresholds),
      ...judgeRates(segment, thresholds),
    ]);
  },
};

/** A function of any program that makes itself run again. */
function judgeLoops(segment: Segment, thresholds: Thresholds<Key>): RuleFinding[] {
  return burningLoops(segment, 'self', selfWake.meta, thresholds).map(({ finding }) => ({
    ...finding,
    messageId: 'loop',
  }));
}

function judgeWakes(
  segment: Segment,
  suspicion: Suspect,
  thresholds: Thresholds<Key>,
): RuleFinding | null {
  const confidence = stateConfidence(suspicion.state);
  if (confidence === null || isWork(suspicion, thresholds)) return null;
  const found = { ...foundIn(suspicion), data: { streak: suspicion.streak } };
  const { meta } = selfWake;
  const poll = { meanPoll: meanPoll(meta, thresholds, 'maxPollUs', suspicion.meanPollNs) };
  if (suspicion.streak >= thresholds.streak) {
    const evidence = {
      streak: crossed(meta, thresholds, 'streak', suspicion.streak),
      ...poll,
      ...stateEvidence(suspicion.state),
    };
    return { ...found, messageId: 'selfWake', confidence, evidence };
  }
  const run = longestBarrenRun(segment, suspicion.task, thresholds);
  if (run.windows < thresholds.windows) return null;
  const perSecond = Math.round(run.perSecond);
  return {
    ...found,
    messageId: 'rate',
    data: { perSecond, windows: run.windows },
    // Something did interrupt the streak, so that sameness is not the whole story.
    confidence: atMost('likely', confidence),
    evidence: {
      perSecond: crossed(meta, thresholds, 'perSecond', perSecond),
      share: crossed(meta, thresholds, 'share', rounded(run.share)),
      windows: crossed(meta, thresholds, 'windows', run.windows),
      streak: { value: suspicion.streak, unit: 'polls' },
      ...poll,
      ...stateEvidence(suspicion.state),
    },
  };
}

/** A yield is on purpose: only a state that was seen to stand still speaks against it. */
function judgeYields(suspicion: Suspect, thresholds: Thresholds<Key>): RuleFinding | null {
  const { state, streak } = suspicion;
  const confidence = stateConfidence(state);
  if (confidence === null || state.verdict === 'unseen') return null;
  if (isWork(suspicion, thresholds) || streak < thresholds.yieldStreak) return null;
  const { meta } = selfWake;
  return {
    ...foundIn(suspicion),
    messageId: 'yields',
    data: { streak },
    confidence: state.verdict === 'counters' ? 'possible' : atMost('likely', confidence),
    evidence: {
      yieldStreak: crossed(meta, thresholds, 'yieldStreak', streak),
      meanPoll: meanPoll(meta, thresholds, 'maxPollUs', suspicion.meanPollNs),
      ...stateEvidence(state),
    },
  };
}

function isWork({ meanPollNs }: Suspect, { maxPollUs }: Thresholds<Key>): boolean {
  return meanPollNs > maxPollUs * 1000;
}

/**
 * By counters alone. Wakes that tokio defers are no task's own: a program that works in tiny
 * pieces looks the same, so that they are only possible; the root of an executor is likely where
 * nothing else runs that could feed it.
 */
function judgeRates(segment: Segment, thresholds: Thresholds<Key>): RuleFinding[] {
  const runs = rateRuns(segment, ['self', 'deferred', 'unseen'], selfWake.meta, thresholds);
  return runs.flatMap(({ suspicion, last, evidence, found }): RuleFinding[] => {
    const { via, hasCompany } = suspicion;
    if (via === 'deferred') return [{ ...found, messageId: 'deferred', confidence: 'possible' }];
    if (via === 'unseen') {
      const confidence = hasCompany ? 'possible' : 'likely';
      return [{ ...found, messageId: 'root', confidence, level: 'warning' }];
    }
    const share = rounded(last.selfShare);
    if (share < thresholds.share) return [];
    const data = { ...found.data, selfPercent: Math.round(share * 100) };
    const own = { ...evidence, share: crossed(selfWake.meta, thresholds, 'share', share) };
    return [{ ...found, data, evidence: own, messageId: 'counted', confidence: 'likely' }];
  });
}
