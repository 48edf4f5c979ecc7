/** What rules ask of a segment before they judge it. */
import type { RuleAnswer, RuleFinding } from './rule.ts';
import type { CycleStep } from '../model/finding.ts';
import type { Place, Segment, Suspicion, SuspicionKind } from '../model/recording.ts';

export type SuspicionOf<Kind extends SuspicionKind> = Extract<Suspicion, { kind: Kind }>;

export function suspicionsOf<Kind extends SuspicionKind>(
  segment: Segment,
  kind: Kind,
): SuspicionOf<Kind>[] {
  const isOfKind = (suspicion: Suspicion): suspicion is SuspicionOf<Kind> =>
    suspicion.kind === kind;
  return [...segment.suspicions.values()].filter(isOfKind);
}

function totalPolls(segment: Segment): number {
  let polls = 0;
  for (const counters of segment.counters.values()) polls += counters.polls;
  return polls;
}

/** Nothing can be said of a thread that was watched for less, nanoseconds. */
const LEAST_WATCHED_NS = 300_000_000;

export function isWatchedEnough({ watchedNs }: Segment): boolean {
  return watchedNs >= LEAST_WATCHED_NS;
}

/** Findings if there are any; else `ok`, unless too little was seen to judge by. */
export function answerOf(segment: Segment, findings: RuleFinding[]): RuleAnswer {
  if (findings.length > 0) return { answer: 'found', findings };
  const { sees } = segment.info;
  if (sees.includes('loops')) {
    if (isWatchedEnough(segment)) return { answer: 'ok' };
    const ms = Math.round(segment.watchedNs / 1e6);
    return { answer: 'notEnough', why: `the thread was watched for ${ms} ms only` };
  }
  if (isCountedTooShort(segment)) {
    const seconds = (segment.watchedNs / 1e9).toFixed(1);
    return { answer: 'notEnough', why: `the program was watched for ${seconds} s only` };
  }
  if (sees.includes('stacks')) return answerOfSamples(segment);
  if (totalPolls(segment) === 0) return { answer: 'notEnough', why: 'no poll was seen' };
  return { answer: 'ok' };
}

/** Rates need some windows, nanoseconds. */
const LEAST_COUNTED_NS = 2_500_000_000;

/** Its tasks are counted second by second, and there were too few seconds. */
export function isCountedTooShort({ info: { sees }, watchedNs }: Segment): boolean {
  const isByTheSecond = sees.includes('task-rates') && !sees.includes('polls');
  return isByTheSecond && watchedNs < LEAST_COUNTED_NS;
}

/** From fewer samples nothing can be said of shares. */
export const LEAST_SAMPLES = 30;

function answerOfSamples({ samples, samplesInPolls }: Segment): RuleAnswer {
  if (samples < LEAST_SAMPLES) {
    return { answer: 'notEnough', why: `the profile has ${samples} samples of a busy CPU only` };
  }
  if (samplesInPolls > 0) return { answer: 'ok' };
  return { answer: 'notEnough', why: `none of ${samples} samples was in the poll of a future` };
}

/** What a finding takes over from the suspicion that it judges. */
export function foundIn(
  suspicion: Suspicion,
): Pick<
  RuleFinding,
  | 'unit'
  | 'task'
  | 'location'
  | 'attribution'
  | 'chain'
  | 'cycle'
  | 'otherTasks'
  | 'test'
  | 'since'
  | 'until'
> {
  return {
    unit: suspicion.unit,
    task: suspicion.task,
    location: suspicion.place,
    attribution: suspicion.attribution,
    chain: suspicion.chain,
    cycle: [],
    otherTasks: [],
    ...(suspicion.test === undefined ? {} : { test: suspicion.test }),
    since: suspicion.since,
    until: suspicion.at,
  };
}

/** A member of a loop or cycle as findings tell of it. */
export function cycleStep(
  { units }: Segment,
  { unit, place, wakes }: { unit: number; place: Place | null; wakes: number },
  via: CycleStep['via'],
): CycleStep {
  return { unit: units.get(unit)?.name ?? `unit ${unit}`, location: place, wakes, via };
}
