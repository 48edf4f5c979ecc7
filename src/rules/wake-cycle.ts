/** Tasks that wake each other, round and round, fed by nothing outside. */
import { crossed, meanPoll, stateEvidence } from './evidence.ts';
import { burningLoops, LEAST_CPU_SHARE, ownFunctions } from './loops.ts';
import { rateRuns, rateThresholds, type RateKey } from './rates.ts';
import type { Rule, RuleFinding, Thresholds } from './rule.ts';
import { WAKE_STACKS, wakingStacks, type WakeStacksKey } from './stacks.ts';
import { answerOf, cycleStep, foundIn, suspicionsOf, type SuspicionOf } from './seen.ts';
import { stateConfidence } from './state-confidence.ts';
import type { Segment } from '../model/recording.ts';

type Suspect = SuspicionOf<'cycle'>;
type Key = 'hops' | 'maxPollUs' | 'cpuShare' | 'barePollUs' | WakeStacksKey | RateKey;

export const wakeCycle: Rule<Key> = {
  meta: {
    id: 'wake-cycle',
    summary: 'two or more tasks wake each other for ever, and nothing outside feeds them',
    level: 'error',
    needs: ['task-wakes'],
    orNeeds: ['loops', 'stacks', 'task-rates'],
    reads: ['cycle', 'loop', 'hot-polls', 'poll-rate'],
    thresholds: {
      hops: {
        default: 1000,
        min: 2,
        max: 1e9,
        unit: 'wakes',
        why: 'Wakes from task to task since the last that came from outside or from progress. A request that is handed on takes a handful.',
      },
      maxPollUs: {
        default: 1000,
        min: 1,
        max: 1e9,
        unit: 'µs',
        why: 'Mean length of a poll above which it is work and no spin, as for self-wake.',
      },
      cpuShare: LEAST_CPU_SHARE,
      barePollUs: {
        default: 2.5,
        min: 0,
        max: 1e9,
        unit: 'µs',
        why: 'Of a tokio program whose console shows equal numbers and no more: mean length of a poll up to which there is room for a wake and nothing else, 0.7 to 2 µs. A pipe of 48 bytes takes 3 to 5; what is longer is only possible.',
      },
      ...WAKE_STACKS,
      ...rateThresholds(
        {
          default: 8,
          why: 'Of a tokio program: mean length of a poll above which it may work. Tasks that only wake each other poll for 1 to 2 µs under a console; those that hand on messages or bytes for 10 to 30.',
        },
        {
          default: 0.5,
          why: 'Of a tokio program: most of the time that a task of the cycle may wait, while the others are polled.',
        },
      ),
    },
    messages: {
      loop: '{{unit}} is in a loop of {{members}} functions that make each other run, {{cpu}} % of a core for {{seconds}} s so far, and nothing changes in between.',
      stacks:
        '{{unit}} wakes another task from its poll, and is woken again: of {{samples}} samples of that task, {{machinery}} % are in waking and polling, and {{kernel}} % in the kernel.',
      equal:
        '{{members}} tasks are polled equally often, {{perSecond}} times a second, {{meanPoll}} µs each, and never rest; none wakes itself. That they wake each other is inferred from equal numbers.',
      handed:
        '{{members}} tasks woke each other {{streak}} times in a row, {{meanPoll}} µs a poll, and nothing else woke them.',
      cycle:
        '{{members}} tasks woke each other {{hops}} times in a row ({{path}}), and nothing from outside fed them.',
    },
    advice: {
      loop: 'One of them sets the next going without anything new for it. Wait for what would change the answer instead, or stop when nothing came of a round.',
      stacks:
        'A waker that a poll finds in its place, and wakes, polls again and does the same: often one waker slot is shared by two tasks. Give each waiter a slot of its own.',
      equal:
        'Look for what these tasks share: often one waker slot that each of them takes from the other. A profile (`selfwake profile`), or the stacks of the process (`selfwake tokio --pid`), name it.',
      handed:
        'Look for what these tasks share: often one waker slot that each of them takes from the other. Give each waiter a slot of its own.',
      cycle:
        'One of them wakes another without anything new for it: often one waker slot is shared by two readers, or a replaced waker is woken. Give each waiter a slot of its own, and wake only when what it waits for has changed.',
    },
  },

  check(segment, thresholds) {
    const findings = suspicionsOf(segment, 'cycle').flatMap((suspicion) =>
      judgeCycle(segment, suspicion, thresholds),
    );
    return answerOf(segment, [
      ...findings,
      ...judgeLoops(segment, thresholds),
      ...wakingStacks(segment, 'other-wake', wakeCycle.meta, thresholds),
      ...judgeRates(segment, thresholds),
    ]);
  },
};

/** Functions of any program that make each other run. */
function judgeLoops(segment: Segment, thresholds: Thresholds<Key>): RuleFinding[] {
  return burningLoops(segment, 'cycle', wakeCycle.meta, thresholds).map(({ loop, finding }) => ({
    ...finding,
    messageId: 'loop',
    data: { ...finding.data, members: ownFunctions(loop) },
  }));
}

function judgeCycle(
  segment: Segment,
  suspicion: Suspect,
  thresholds: Thresholds<Key>,
): RuleFinding[] {
  const { hops, meanPollNs, members, state } = suspicion;
  const confidence = stateConfidence(state);
  if (confidence === null || members.length < 2) return [];
  if (hops < thresholds.hops || meanPollNs > thresholds.maxPollUs * 1000) return [];
  const cycle = members.map((member) => cycleStep(segment, member, 'waker'));
  const path = [...cycle, ...cycle.slice(0, 1)].map(({ unit }) => unit).join(' → ');
  const { meta } = wakeCycle;
  return [
    {
      ...foundIn(suspicion),
      messageId: 'cycle',
      data: { hops, members: members.length, path },
      confidence,
      cycle,
      otherTasks: members.map(({ task }) => task),
      evidence: {
        hops: crossed(meta, thresholds, 'hops', hops),
        members: { value: members.length, unit: 'tasks' },
        meanPoll: meanPoll(meta, thresholds, 'maxPollUs', meanPollNs),
        ...stateEvidence(state),
      },
    },
  ];
}

/** Two whose numbers are equal hardly are so by chance; of many, tasks of one kind are. */
function judgeRates(segment: Segment, thresholds: Thresholds<Key>): RuleFinding[] {
  const runs = rateRuns(segment, ['others'], wakeCycle.meta, thresholds);
  return runs.map(({ suspicion, evidence, last, found }): RuleFinding => {
    const { members, isSeen, streak } = suspicion;
    const whole = {
      ...found,
      cycle: members.map((member) => cycleStep(segment, member, 'waker')),
      otherTasks: members.map(({ task }) => task),
      data: { ...found.data, members: members.length, streak: streak ?? 0 },
      evidence: { ...evidence, members: { value: members.length, unit: 'tasks' } },
    };
    if (isSeen) return { ...whole, messageId: 'handed', confidence: 'likely' };
    const isBare = last.meanPollNs <= thresholds.barePollUs * 1000;
    const confidence = members.length === 2 && isBare ? 'likely' : 'possible';
    return { ...whole, messageId: 'equal', confidence, level: 'warning' };
  });
}
