/** Tasks that wake each other, round and round, fed by nothing outside. */
import { crossed, meanPoll, stateEvidence } from './evidence.ts';
import { burningLoops, LEAST_CPU_SHARE, ownFunctions } from './loops.ts';
import type { Rule, RuleFinding, Thresholds } from './rule.ts';
import { answerOf, foundIn, suspicionsOf, type SuspicionOf } from './seen.ts';
import { stateConfidence } from './state-confidence.ts';
import type { CycleStep } from '../model/finding.ts';
import type { Segment } from '../model/recording.ts';

type Suspect = SuspicionOf<'cycle'>;
type Key = 'hops' | 'maxPollUs' | 'cpuShare';

export const wakeCycle: Rule<Key> = {
  meta: {
    id: 'wake-cycle',
    summary: 'two or more tasks wake each other for ever, and nothing outside feeds them',
    level: 'error',
    needs: ['task-wakes'],
    orNeeds: ['loops'],
    reads: ['cycle', 'loop'],
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
    },
    messages: {
      loop: '{{unit}} is in a loop of {{members}} functions that make each other run, {{cpu}} % of a core for {{seconds}} s so far, and nothing changes in between.',
      cycle:
        '{{members}} tasks woke each other {{hops}} times in a row ({{path}}), and nothing from outside fed them.',
    },
    advice: {
      loop: 'One of them sets the next going without anything new for it. Wait for what would change the answer instead, or stop when nothing came of a round.',
      cycle:
        'One of them wakes another without anything new for it: often one waker slot is shared by two readers, or a replaced waker is woken. Give each waiter a slot of its own, and wake only when what it waits for has changed.',
    },
  },

  check(segment, thresholds) {
    const findings = suspicionsOf(segment, 'cycle').flatMap((suspicion) =>
      judgeCycle(segment, suspicion, thresholds),
    );
    return answerOf(segment, [...findings, ...judgeLoops(segment, thresholds)]);
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
  const cycle = members.map((member): CycleStep => {
    const unit = segment.units.get(member.unit)?.name ?? `unit ${member.unit}`;
    return { unit, location: member.place, wakes: member.wakes, via: 'waker' };
  });
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
