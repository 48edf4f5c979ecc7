/**
 * Which rule a loop of a program without a contract belongs to, and how sure its state
 * makes us. Each loop is one rule's, so that it is told once.
 */
import type { Confidence, EvidenceItem } from '../model/finding.ts';
import type { LoopSuspicion, Messages, Segment } from '../model/recording.ts';
import { crossed, stateEvidence } from './evidence.ts';
import type { RuleFinding, RuleMeta, Thresholds, ThresholdSpec } from './rule.ts';
import { cycleStep, foundIn, suspicionsOf } from './seen.ts';
import { isStandstill, stateConfidence } from './state-confidence.ts';

/** A run that takes so long is no spin's, milliseconds: the same as for polls. */
const WORK_MS = 1;

export type LoopKind = 'inside' | 'timer' | 'io' | 'source' | 'cycle' | 'self';

/** What goes on inside one callback, else the slowest link of the loop, else its shape. */
function kindOf(loop: LoopSuspicion): LoopKind {
  if (loop.isInsideOneRun) return 'inside';
  if (loop.via === 'timer' || loop.oddDelay !== null) return 'timer';
  if (loop.via === 'io') return 'io';
  if (loop.isSource) return 'source';
  return ownFunctions(loop) > 1 ? 'cycle' : 'self';
}

/** How many functions of the program are in it; Node's own are not counted. */
export function ownFunctions({ members }: LoopSuspicion): number {
  const own = members.filter(({ place }) => place !== null && !isNodesOwn(place.file));
  return new Set(own.map(({ unit }) => unit)).size;
}

const isNodesOwn = (file: string): boolean => file.startsWith('node:');

/** Loops of one kind whose state does not speak for them, with what is told of each. */
export function loopsOfKind(
  segment: Segment,
  kind: LoopKind,
): { loop: LoopSuspicion; confidence: Confidence }[] {
  return suspicionsOf(segment, 'loop')
    .filter((loop) => kindOf(loop) === kind)
    .flatMap((loop) => {
      const confidence = loopConfidence(loop);
      return confidence === null ? [] : [{ loop, confidence }];
    });
}

/**
 * As the state says; but what was seen once is sure only where nothing at all moved, and a
 * loop of which Node's own functions alone could be seen names nobody.
 */
function loopConfidence(loop: LoopSuspicion): Confidence | null {
  const confidence = stateConfidence(loop.state);
  if (confidence === null) return null;
  if (loop.place === null || isNodesOwn(loop.place.file)) return 'possible';
  if (isStandstill(loop.state)) return confidence;
  // A clock that somebody chose to have tick each millisecond, and counts its ticks.
  if (loop.isInterval) return 'possible';
  if (isRefilled(loop)) return 'likely';
  // Runs that compute are work, if nothing but counters shows it.
  if (loop.meanRunMs >= WORK_MS) return 'possible';
  // What is counted may be data: only a source that changes nothing brings none for sure.
  if ((loop.isSource && !asksInVain(loop)) || mayWorkUnseen(loop)) return 'possible';
  if (isRespawn(loop)) return 'likely';
  const isSeenWell = loop.state.isComplete || loop.fails || loop.traces > 1 || asksInVain(loop);
  return isSeenWell ? confidence : 'possible';
}

/**
 * What counts, and holds more than was walked, may work on what was not seen; so may what
 * moves fractions about. What fails each time, is answered the same, or only looks at clocks,
 * does not.
 */
function mayWorkUnseen(loop: LoopSuspicion): boolean {
  const { state, via, fails, isInsideOneRun } = loop;
  if (fails || isInsideOneRun) return false;
  const moves = new Set(state.moved.filter(isOwnCount).map(({ as }) => as));
  const isCounting = moves.has('counter') || moves.has('tally');
  if (moves.has('jitter')) return true;
  if (!isCounting || asksInVain(loop)) return false;
  // Requests that succeed, and are counted, may be what the program is for.
  return !state.isComplete || (via === 'io' && isServed(loop));
}

/** Asks the same again and again, and is answered the same. */
const asksInVain = ({ exchange: { sent, received } }: LoopSuspicion): boolean =>
  isTheSame(sent) && isTheSame(received);

function isServed({ bringsData, birthsPerSecond, exchange }: LoopSuspicion): boolean {
  const { sent, received } = exchange;
  // What is sent to a process that is started is its command.
  const isAnswered = received.count > 0 || (sent.count > 0 && birthsPerSecond === 0);
  return bringsData || (isAnswered && !isTheSame(received));
}

/** Starts processes or threads: few rounds of it are seen, but each is given the same task. */
function isRespawn({ state, birthsPerSecond, exchange }: LoopSuspicion): boolean {
  const isCounting = state.verdict === 'counters' && state.isComplete;
  return isCounting && birthsPerSecond > 0 && isTheSame(exchange.sent);
}

/** From so many messages, no more than a quarter of them new, it is asked in vain. */
const LEAST_MESSAGES = 4;

const isTheSame = ({ count, fresh }: Messages): boolean =>
  count >= LEAST_MESSAGES && fresh * 4 <= count;

/** The bytes of a socket go up with every request, whatever comes of it. */
function isOwnCount({ path }: { path: string }): boolean {
  return !/\.bytes(?:Read|Written)$/.test(path);
}

/** A queue that is never empty, seen twice, in which nothing but counters differs. */
function isRefilled({ refills, state, traces }: LoopSuspicion): boolean {
  return refills === true && state.verdict === 'counters' && state.isComplete && traces > 1;
}

/** The threshold of each rule whose loops take a core. */
export const LEAST_CPU_SHARE: ThresholdSpec = {
  default: 0.2,
  min: 0.01,
  max: 64,
  unit: 'cores',
  why: 'Share of a core that the thread uses while a function of a plain program loops. A busy loop takes all that it gets, which on a crowded machine may be a fifth.',
};

/** Loops of one kind that take a core, and the finding on each but for its message. */
export function burningLoops<Key extends string>(
  segment: Segment,
  kind: LoopKind,
  meta: RuleMeta<Key | 'cpuShare'>,
  thresholds: Thresholds<Key | 'cpuShare'>,
): { loop: LoopSuspicion; finding: Omit<RuleFinding, 'messageId'> }[] {
  return loopsOfKind(segment, kind).flatMap(({ loop, confidence }) => {
    if (loop.cpuShare < thresholds.cpuShare) return [];
    const found = loopFinding(segment, loop);
    const cpu = crossed<Key | 'cpuShare'>(meta, thresholds, 'cpuShare', loop.cpuShare);
    return [{ loop, finding: { ...found, confidence, evidence: { ...found.evidence, cpu } } }];
  });
}

/** A finding's parts that all loops have. */
export function loopFinding(
  segment: Segment,
  loop: LoopSuspicion,
): Omit<RuleFinding, 'messageId' | 'confidence'> {
  return {
    ...foundIn(loop),
    cycle: loop.members.map((member) => cycleStep(segment, member, member.via)),
    data: {
      perSecond: Math.round(loop.perSecond),
      cpu: Math.round(loop.cpuShare * 100),
      seconds: Math.max(1, Math.round((loop.at - loop.since) / 1e9)),
    },
    evidence: loopEvidence(loop),
  };
}

function answerEvidence({ exchange: { received } }: LoopSuspicion): Record<string, EvidenceItem> {
  if (received.count === 0) return {};
  return { answers: { value: received.count }, newAnswers: { value: received.fresh } };
}

function loopEvidence(loop: LoopSuspicion): Record<string, EvidenceItem> {
  return {
    cpu: { value: Math.round(loop.cpuShare * 100), unit: '%' },
    eventLoop: { value: loop.isStarving ? 'starved' : 'turns' },
    loopShare: { value: Math.round(loop.share * 100), unit: '%' },
    duration: { value: Math.round((loop.at - loop.since) / 1e6), unit: 'ms' },
    traces: { value: loop.traces },
    ...answerEvidence(loop),
    ...stateEvidence(loop.state),
  };
}
