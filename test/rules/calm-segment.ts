/**
 * Segments for tests, with calm defaults: everything seen, one busy and healthy task, no
 * suspicion. A test says only what is not calm.
 */
import { zeroCounters } from '../../src/model/counters.ts';
import type {
  Capability,
  CycleSuspicion,
  EmptyReadySuspicion,
  FutureSizeSuspicion,
  HotPollsSuspicion,
  LoopSuspicion,
  LostWakerSuspicion,
  Place,
  PollRateSuspicion,
  PollAfterReadySuspicion,
  RateWindow,
  Recording,
  Segment,
  SelfWakeSuspicion,
  SelfWakesSuspicion,
  StateComparison,
  StuckPollSuspicion,
  Suspicion,
  TaskWindow,
} from '../../src/model/recording.ts';

const ALL_CAPABILITIES: readonly Capability[] = [
  'polls',
  'self-wakes',
  'reads',
  'task-wakes',
  'stuck-polls',
  'collected-wakers',
  'quiet',
  'polls-after-ready',
];

const SECOND = 1_000_000_000;

export function calmSegment(changes: Partial<Segment> = {}): Segment {
  const counters = { ...zeroCounters(), polls: 5000, pendings: 4999, wakes: 4999, selfWakes: 10 };
  return {
    info: {
      id: 'main',
      source: 'executor',
      process: {
        host: 'box',
        pid: 7,
        parentPid: 1,
        thread: 0,
        command: ['node', 'app.js'],
        runtime: 'node 20',
      },
      startedAtMs: 0,
      root: '/app',
      sees: [...ALL_CAPABILITIES],
    },
    units: new Map([
      [
        1,
        {
          id: 1,
          kind: 'future',
          name: 'Reader',
          place: { file: 'reader.ts', line: 3, column: 1, functionName: null },
          key: 'future|Reader|reader.ts|',
        },
      ],
    ]),
    counters: new Map([[1, counters]]),
    tasks: new Map([[1, { id: 1, unit: 1, name: 'conn', spawnedAt: null }]]),
    taskCounts: new Map(),
    windows: new Map(),
    edges: [],
    suspicions: new Map(),
    blind: [],
    lastAt: 10 * SECOND,
    liveTasks: 1,
    dropped: 0,
    watchedNs: 0,
    traces: 0,
    tracedNs: 0,
    vitals: [],
    samples: 0,
    samplesInPolls: 0,
    end: { exitCode: 0, signal: null },
    ...changes,
  };
}

/** A segment in which not one poll was seen. */
export function silentSegment(changes: Partial<Segment> = {}): Segment {
  return calmSegment({ counters: new Map(), liveTasks: 0, ...changes });
}

/** A thread of any Node program, seen by the probe, with these loops. */
export function probed(...suspicions: Suspicion[]): Segment {
  const calm = calmSegment();
  const place = { file: 'poller.ts', line: 3, column: 1, functionName: 'check' };
  return {
    ...calm,
    info: { ...calm.info, id: 'probe', source: 'probe', sees: ['loops'] },
    units: new Map([
      [1, { id: 1, kind: 'site', name: 'check', place, key: 'site|check|poller.ts|check' }],
      [2, { id: 2, kind: 'site', name: 'ask', place, key: 'site|ask|poller.ts|ask' }],
    ]),
    counters: new Map(),
    tasks: new Map(),
    liveTasks: 0,
    watchedNs: 10 * SECOND,
    traces: 2,
    suspicions: new Map(suspicions.map((each) => [each.id, each])),
  };
}

/** A thread that was watched for a moment only. */
export function hardlyProbed(): Segment {
  return { ...probed(), watchedNs: 299_000_000 };
}

/** A calm segment with these suspicions. */
export function suspicious(...suspicions: Suspicion[]): Segment {
  return calmSegment({ suspicions: new Map(suspicions.map((each) => [each.id, each])) });
}

export function state(
  verdict: StateComparison['verdict'],
  changes: Partial<StateComparison> = {},
): StateComparison {
  return { verdict, samples: 16, isComplete: true, moved: [], ...changes };
}

function base(kind: string) {
  return {
    id: `${kind}:1`,
    at: 2 * SECOND,
    since: SECOND,
    task: 1,
    unit: 1,
    place: { file: 'reader.ts', line: 12, column: 5, functionName: 'pollRead' },
    chain: [],
    attribution: 'poll-stack',
    state: state('same'),
  } as const;
}

export function selfWakeSuspicion(changes: Partial<SelfWakeSuspicion> = {}): SelfWakeSuspicion {
  const own = { kind: 'self-wake', via: 'waker', streak: 1000, meanPollNs: 2000 } as const;
  return { ...base('self-wake'), chain: [], ...own, ...changes };
}

export function emptyReadySuspicion(
  changes: Partial<EmptyReadySuspicion> = {},
): EmptyReadySuspicion {
  return {
    ...base('empty-ready'),
    kind: 'empty-ready',
    operation: 'read',
    streak: 1000,
    isInsideOnePoll: false,
    perSecond: 50_000,
    chain: [],
    ...changes,
  };
}

export function cycleSuspicion(changes: Partial<CycleSuspicion> = {}): CycleSuspicion {
  return {
    ...base('cycle'),
    kind: 'cycle',
    hops: 1000,
    meanPollNs: 2000,
    chain: [],
    members: [
      { task: 1, unit: 1, place: null, wakes: 500 },
      { task: 2, unit: 1, place: null, wakes: 500 },
    ],
    ...changes,
  };
}

export function stuckPollSuspicion(changes: Partial<StuckPollSuspicion> = {}): StuckPollSuspicion {
  return {
    ...base('stuck-poll'),
    kind: 'stuck-poll',
    forMs: 1000,
    hasReturned: false,
    chain: [],
    ...changes,
  };
}

export function lostWakerSuspicion(changes: Partial<LostWakerSuspicion> = {}): LostWakerSuspicion {
  return {
    ...base('lost-waker'),
    kind: 'lost-waker',
    how: 'collected',
    isAwaited: true,
    chain: [],
    ...changes,
  };
}

export function pollAfterReadySuspicion(
  changes: Partial<PollAfterReadySuspicion> = {},
): PollAfterReadySuspicion {
  return { ...base('poll-after-ready'), kind: 'poll-after-ready', count: 1, chain: [], ...changes };
}

/** A task that a profile saw wake itself, and do nothing else. */
export function hotPollsSuspicion(changes: Partial<HotPollsSuspicion> = {}): HotPollsSuspicion {
  return {
    ...base('hot-polls'),
    kind: 'hot-polls',
    task: null,
    place: null,
    chain: [],
    attribution: 'stacks',
    state: state('unseen', { samples: 0, isComplete: false }),
    shape: 'self-wake',
    samples: 400,
    share: 0.9,
    wakeShare: 0.2,
    wakesOfShape: 1,
    overheadShare: 0.9,
    kernelShare: 0,
    workShare: 0,
    innerShare: 1,
    reads: 0,
    readsWithData: 0,
    ...changes,
  };
}

/** Half a million polls a second, each with its own wake, and no rest. */
export function rateWindow(changes: Partial<RateWindow> = {}): RateWindow {
  return {
    perSecond: 500_000,
    selfShare: 1,
    outsidePerPoll: 0,
    meanPollNs: 1200,
    idleShare: 0,
    readyPerPoll: 0,
    ...changes,
  };
}

/** Three such windows in a row. */
export function pollRateSuspicion(changes: Partial<PollRateSuspicion> = {}): PollRateSuspicion {
  return {
    ...base('poll-rate'),
    kind: 'poll-rate',
    chain: [],
    attribution: 'task-type',
    state: state('unseen', { samples: 0, isComplete: false }),
    via: 'self',
    windows: [rateWindow(), rateWindow(), rateWindow()],
    streak: null,
    isSeen: false,
    hasCompany: false,
    members: [],
    ...changes,
  };
}

export function selfWakesSuspicion(changes: Partial<SelfWakesSuspicion> = {}): SelfWakesSuspicion {
  return {
    ...base('self-wakes'),
    kind: 'self-wakes',
    chain: [],
    wakes: 100,
    selfWakes: 51,
    ...changes,
  };
}

export function futureSizeSuspicion(
  changes: Partial<FutureSizeSuspicion> = {},
): FutureSizeSuspicion {
  const own = { kind: 'future-size', bytes: 1024, originalBytes: 1024 } as const;
  return { ...base('future-size'), chain: [], ...own, ...changes };
}

/** A tokio program, by what it told a console. */
export function counted(...suspicions: Suspicion[]): Segment {
  const calm = calmSegment();
  return {
    ...calm,
    info: { ...calm.info, id: 'tokio', source: 'tokio', sees: ['task-rates', 'stuck-polls'] },
    watchedNs: 2_500_000_000,
    suspicions: new Map(suspicions.map((each) => [each.id, each])),
  };
}

/** A program of which somebody took a profile. */
export function profiled(...suspicions: Suspicion[]): Segment {
  const calm = calmSegment();
  return {
    ...calm,
    info: { ...calm.info, id: 'profile', source: 'profile', sees: ['stacks'] },
    counters: new Map(),
    tasks: new Map(),
    liveTasks: 0,
    samples: 500,
    samplesInPolls: 400,
    suspicions: new Map(suspicions.map((each) => [each.id, each])),
  };
}

export const CHECK: Place = {
  file: 'poller.ts',
  line: 12,
  column: 5,
  functionName: 'check',
};

export const TIMERS: Place = {
  file: 'node:internal/timers',
  line: 500,
  column: 7,
  functionName: 'listOnTimeout',
};

/** One function that re-arms itself by `setImmediate`, seen twice. */
export function loopSuspicion(changes: Partial<LoopSuspicion> = {}): LoopSuspicion {
  return {
    ...base('loop'),
    kind: 'loop',
    task: null,
    place: CHECK,
    attribution: 'call-sites',
    chain: [],
    via: 'immediate',
    isInsideOneRun: false,
    isSource: false,
    birthsPerSecond: 0,
    fails: false,
    bringsData: false,
    exchange: { sent: { count: 0, fresh: 0 }, received: { count: 0, fresh: 0 } },
    members: [{ unit: 1, place: CHECK, wakes: 900, via: 'immediate' }],
    perSecond: 40_000,
    meanRunMs: 0.02,
    share: 0.97,
    cpuShare: 0.99,
    isStarving: false,
    delayMs: null,
    isInterval: false,
    oddDelay: null,
    traces: 2,
    ...changes,
  };
}

/** Windows of a second each, one after the other, for task 1. */
export function windows(...each: Partial<TaskWindow>[]): Map<number, TaskWindow[]> {
  const list = each.map((changes, index) => ({
    task: 1,
    fromNs: index * SECOND,
    toNs: (index + 1) * SECOND,
    polls: 200,
    pendings: 200,
    selfWokenPendings: 200,
    barrenPolls: 200,
    busyNs: 1_000_000,
    timedPolls: 100,
    ...changes,
  }));
  return new Map([[1, list]]);
}

export function recordingOf(...segments: Segment[]): Recording {
  return { schemaVersion: 1, toolVersion: '0.0.0', segments, isTruncated: false };
}
