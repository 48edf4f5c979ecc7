/** One line of every type, and one suspicion of every kind, with every field set. */
import { COUNTER_NAMES } from '../../src/model/counters.ts';
import type { Line } from '../../src/model/recording.ts';
import {
  calmSegment,
  cycleSuspicion,
  emptyReadySuspicion,
  futureSizeSuspicion,
  hotPollsSuspicion,
  loopSuspicion,
  lostWakerSuspicion,
  pollAfterReadySuspicion,
  pollRateSuspicion,
  selfWakeSuspicion,
  selfWakesSuspicion,
  state,
  stuckPollSuspicion,
} from '../rules/calm-segment.ts';

const place = { file: 'reader.ts', line: 12, column: 5, functionName: 'pollRead' };
const segment = 'main';

const suspicions = [
  selfWakeSuspicion({
    chain: [{ name: 'Copy', unit: null, place, isGuilty: false }],
    state: state('counters', { moved: [{ path: 'this.n', as: 'counter' }] }),
  }),
  emptyReadySuspicion({ place: null }),
  cycleSuspicion(),
  stuckPollSuspicion(),
  lostWakerSuspicion({ task: null }),
  pollAfterReadySuspicion(),
  loopSuspicion({ test: 'reads to the end', delayMs: 1, oddDelay: 'NaN', via: 'timer' }),
  hotPollsSuspicion(),
  pollRateSuspicion({
    via: 'others',
    streak: 12,
    members: [{ task: 1, unit: 1, place: null, wakes: 9 }],
  }),
  selfWakesSuspicion(),
  futureSizeSuspicion(),
];

export const GOLDEN_SUSPICIONS = suspicions.length;

export const GOLDEN_LINES: readonly Line[] = [
  { type: 'header', schemaVersion: 1, tool: 'selfwake', toolVersion: '0.1.0' },
  { type: 'segment', ...calmSegment().info },
  {
    type: 'unit',
    segment,
    unit: { id: 1, kind: 'future', name: 'Reader', place, key: 'future|Reader|reader.ts|' },
  },
  { type: 'task', segment, task: { id: 1, unit: 1, name: null, spawnedAt: place } },
  {
    type: 'counts',
    segment,
    at: 2_000_000_000,
    units: [[1, COUNTER_NAMES.map((_, index) => index)]],
    tasks: [
      {
        task: 1,
        polls: 10,
        pendings: 9,
        selfWokenPendings: 8,
        barrenPolls: 7,
        streak: 7,
        longestStreak: 7,
        yieldStreak: 0,
        hops: 0,
        busyNs: 1234.5,
        timedPolls: 3,
      },
    ],
    edges: [
      { from: null, to: 1, via: 'io', count: 2 },
      { from: 1, to: 1, via: 'waker', count: 8 },
    ],
    liveTasks: 1,
    dropped: 0,
  },
  ...suspicions.map((suspicion): Line => ({ type: 'suspicion', segment, suspicion })),
  { type: 'watched', segment, at: 1_500_000_000, traces: 3, tracedNs: 500_000_000 },
  {
    type: 'watched',
    segment,
    at: 2_500_000_000,
    traces: 3,
    tracedNs: 600_000_000,
    cpuNs: 2_000_000_000,
    turns: 50,
  },
  { type: 'sampled', segment, at: 2_600_000_000, samples: 900, inPolls: 700 },
  { type: 'blind', segment, blind: { need: 'reads', why: 'reads of foreign types' } },
  { type: 'end', segment, at: 3_000_000_000, exitCode: 0, signal: null },
];
