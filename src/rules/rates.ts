/** What counters of a task must show, window by window, before a rule calls it a spin. */
import type { EvidenceItem } from '../model/finding.ts';
import type { PollRateSuspicion, RateWindow, Segment } from '../model/recording.ts';
import { crossed, meanPoll, rounded } from './evidence.ts';
import type { RuleFinding, RuleMeta, Thresholds, ThresholdSpec } from './rule.ts';
import { foundIn, suspicionsOf } from './seen.ts';

/** Answers of channels, locks and timers per poll from which on something is received: progress. */
const PROGRESS_PER_POLL = 0.1;

/** A poll that an empty budget ended has made 128 operations: it is longer by as much, and still tiny. */
const DEFERRED_IS_LONGER = 5;

export type RateKey = 'rateWindows' | 'ratePerSecond' | 'tinyPollUs' | 'idleShare' | 'rateStreak';

/** How short polls are and how little a task waits depends on who wakes it. */
export function rateThresholds(
  tinyPollUs: Pick<ThresholdSpec, 'default' | 'why'>,
  idleShare: Pick<ThresholdSpec, 'default' | 'why'>,
): Record<RateKey, ThresholdSpec> {
  return {
    rateWindows: {
      default: 3,
      min: 1,
      max: 30,
      unit: 'windows',
      why: 'Of a tokio program: windows of about a second in a row. A burst ends sooner.',
    },
    ratePerSecond: {
      default: 1000,
      min: 0,
      max: 1e9,
      unit: '/s',
      why: 'Of a tokio program: polls per second in each window. Spins make 250,000 to 570,000 under a console, on a crowded machine a tenth of that.',
    },
    tinyPollUs: { min: 0, max: 1e9, unit: 'µs', ...tinyPollUs },
    idleShare: { min: 0, max: 1, unit: 'ratio', ...idleShare },
    rateStreak: {
      default: 1000,
      min: 1,
      max: 1e9,
      unit: 'polls',
      why: 'Of a recording of a tokio program, where each poll is seen: polls in a row with no wake from elsewhere. As for an executor that is watched from inside.',
    },
  };
}

export interface RateRun {
  suspicion: PollRateSuspicion;
  evidence: Record<string, EvidenceItem>;
  /** The last window of the run. */
  last: RateWindow;
  found: Omit<RuleFinding, 'messageId' | 'confidence'>;
}

/** Tasks woken in this way whose polls were short, many and without rest for long enough. */
export function rateRuns(
  segment: Segment,
  via: readonly PollRateSuspicion['via'][],
  meta: RuleMeta<RateKey>,
  thresholds: Thresholds<RateKey>,
): RateRun[] {
  return suspicionsOf(segment, 'poll-rate').flatMap((suspicion) => {
    if (!via.includes(suspicion.via)) return [];
    const tinyPollUs =
      thresholds.tinyPollUs * (suspicion.via === 'deferred' ? DEFERRED_IS_LONGER : 1);
    const own = { ...thresholds, tinyPollUs };
    const run = longestRun(suspicion.windows, (window) => isTight(window, own));
    const last = run.at(-1);
    if (last === undefined || !isLong(suspicion, run, thresholds)) return [];
    const mostOf = (value: (window: RateWindow) => number) => Math.max(...run.map(value));
    const leastPerSecond = Math.round(Math.min(...run.map(({ perSecond }) => perSecond)));
    const longest = meanPoll(
      meta,
      own,
      'tinyPollUs',
      mostOf(({ meanPollNs }) => meanPollNs),
    );
    const idle = rounded(mostOf(({ idleShare }) => idleShare));
    const { streak } = suspicion;
    const length: Record<string, EvidenceItem> =
      streak === null
        ? { windows: crossed(meta, thresholds, 'rateWindows', run.length) }
        : { streak: crossed(meta, thresholds, 'rateStreak', streak) };
    const evidence = {
      ...length,
      perSecond: crossed(meta, thresholds, 'ratePerSecond', leastPerSecond),
      meanPoll: longest,
      idle: crossed(meta, thresholds, 'idleShare', idle),
    };
    const data = { perSecond: leastPerSecond, windows: run.length, meanPoll: longest.value };
    return [{ suspicion, evidence, last, found: { ...foundIn(suspicion), data, evidence } }];
  });
}

/** Where each poll was seen, how many in a row; else how long. */
function isLong(
  { streak }: PollRateSuspicion,
  run: readonly RateWindow[],
  thresholds: Thresholds<RateKey>,
): boolean {
  if (streak === null) return run.length >= thresholds.rateWindows;
  return streak >= thresholds.rateStreak;
}

function isTight(window: RateWindow, thresholds: Thresholds<RateKey>): boolean {
  return (
    window.perSecond >= thresholds.ratePerSecond &&
    window.meanPollNs <= thresholds.tinyPollUs * 1000 &&
    window.idleShare <= thresholds.idleShare &&
    window.readyPerPoll < PROGRESS_PER_POLL
  );
}

function longestRun(
  windows: readonly RateWindow[],
  isIn: (window: RateWindow) => boolean,
): readonly RateWindow[] {
  let longest: RateWindow[] = [];
  let run: RateWindow[] = [];
  for (const window of windows) {
    run = isIn(window) ? [...run, window] : [];
    if (run.length > longest.length) longest = run;
  }
  return longest;
}
