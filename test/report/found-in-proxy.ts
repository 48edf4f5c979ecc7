/** A judged recording by hand: two processes, one finding of each shape that reports draw. */
import { zeroCounters, type Counters } from '../../src/model/counters.ts';
import type { Finding, Judgement } from '../../src/model/finding.ts';
import type { Place, Recording, Segment, Unit } from '../../src/model/recording.ts';
import { codeFrameKey, type CodeFrame } from '../../src/model/code-frame.ts';
import type { ReportInput } from '../../src/report/report.ts';
import { PLAIN_STYLE } from '../../src/report/report.ts';
import { RULES } from '../../src/rules/index.ts';

function place(file: string, line: number, functionName: string | null = null): Place {
  return { file, line, column: 3, functionName };
}

function unit(id: number, name: string): Unit {
  return { id, kind: 'future', name, place: null, key: `future|${name}||` };
}

function counters(some: Partial<Counters>): Counters {
  return { ...zeroCounters(), ...some };
}

export function segmentOf(
  pid: number,
  units: readonly { unit: Unit; counters: Counters }[],
): Segment {
  return {
    info: {
      id: `segment-${pid}`,
      source: 'executor',
      process: {
        host: 'build-1',
        pid,
        parentPid: 1,
        thread: 0,
        command: ['proxy.ts'],
        runtime: 'v20.20.2',
      },
      startedAtMs: 1_700_000_000_000,
      root: '/srv/proxy',
      sees: ['polls', 'self-wakes'],
    },
    units: new Map(units.map((one) => [one.unit.id, one.unit])),
    counters: new Map(units.map((one) => [one.unit.id, one.counters])),
    tasks: new Map(),
    taskCounts: new Map(),
    windows: new Map(),
    edges: [],
    suspicions: new Map(),
    blind: [],
    watchedNs: 0,
    traces: 0,
    tracedNs: 0,
    vitals: [],
    samples: 0,
    samplesInPolls: 0,
    lastAt: 2_500_000_000,
    liveTasks: 3,
    dropped: 0,
    end: { exitCode: 0, signal: null },
  };
}

const spinning = segmentOf(11, [
  {
    unit: unit(1, 'CopyBidirectional'),
    counters: counters({
      polls: 1_234_567,
      pendings: 1_234_560,
      selfWokenPendings: 1_234_000,
      longestStreak: 1_233_999,
    }),
  },
  {
    unit: unit(2, 'Accept'),
    counters: counters({ polls: 12, pendings: 10, yields: 1, forcedYields: 2 }),
  },
]);
const quiet = segmentOf(12, [
  {
    unit: unit(7, 'CopyBidirectional'),
    counters: counters({ polls: 3, pendings: 1, reads: 4, emptyReads: 1, longestStreak: 2 }),
  },
]);

export const recording: Recording = {
  schemaVersion: 1,
  toolVersion: '0.1.0',
  segments: [spinning, quiet],
  isTruncated: false,
};

const tlsPlace = place('src/tls.ts', 120, 'TlsStream.pollRead');

export const spin: Finding = {
  rule: 'self-wake',
  level: 'error',
  confidence: 'proven',
  unit: { name: 'TlsStream', kind: 'future', key: 'future|TlsStream||' },
  task: { name: 'connection 5', spawnedAt: place('src/server.ts', 30, 'serve') },
  test: 'proxies > a half-closed connection',
  process: spinning.info.process,
  segment: 'segment-11',
  location: tlsPlace,
  attribution: 'call-sites',
  chain: [
    { name: 'CopyBidirectional', unit: 1, place: place('src/copy.ts', 8), isGuilty: false },
    { name: 'PeekableReader', unit: null, place: null, isGuilty: false },
    { name: 'TlsStream', unit: null, place: tlsPlace, isGuilty: true },
    { name: 'MeteredIo', unit: null, place: null, isGuilty: false },
  ],
  messageId: 'selfWake',
  message: 'TlsStream answered Pending and woke its own task 1,024 times in a row.',
  advice: 'Pending must wait for something: leave the waker with what will unblock the task.',
  evidence: {
    streak: { value: 1024, unit: 'polls', threshold: 1000, thresholdKey: 'streak' },
    perSecond: { value: 250000.5, unit: '/s' },
    state: { value: 'same' },
    stateSamples: { value: 32, unit: 'samples' },
  },
  cycle: [],
  since: 1_000_000,
  fingerprint: 'self-wake|future|TlsStream|TlsStream.pollRead',
};

export const cycle: Finding = {
  ...spin,
  rule: 'wake-cycle',
  level: 'warning',
  confidence: 'likely',
  unit: { name: 'Reader', kind: 'future', key: 'future|Reader||' },
  location: null,
  chain: [],
  task: null,
  message: 'Reader and Writer wake each other.',
  cycle: [
    { unit: 'Reader', location: place('src/a.ts', 3), wakes: 512, via: 'waker' },
    { unit: 'Writer', location: null, wakes: 511, via: 'yield' },
  ],
  fingerprint: 'wake-cycle|future|Reader|',
};

export const judgement: Judgement = {
  verdict: 'found',
  findings: [spin, cycle],
  notRun: [
    { rule: 'lost-waker', segment: 'segment-11', need: 'collected-wakers', why: 'no --expose-gc' },
    { rule: 'lost-waker', segment: 'segment-12', need: 'collected-wakers', why: 'no --expose-gc' },
  ],
  brokenRules: [],
};

const tlsFrame: CodeFrame = {
  firstLine: 119,
  lines: ['\tif (this.wantsRead) {', '  cx.waker.wakeByRef();', '}'],
};

export const input: ReportInput = {
  recording,
  judgement,
  rules: RULES.map(({ meta: { id, summary, level } }) => ({
    id,
    summary,
    level,
    page: `# ${id}\n\nWhat it finds.\n`,
  })),
  repositoryRoot: '/srv',
  codeFrames: new Map([[codeFrameKey('segment-11', tlsPlace), tlsFrame]]),
  style: PLAIN_STYLE,
};
