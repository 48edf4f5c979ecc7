/**
 * Each thread's time: how much of a core it wanted, how often its loop turned, how fast its tasks
 * polled and woke themselves, and when what was found went on. All sources of a thread in one lane.
 */
import type { Finding } from '../model/finding.ts';
import type { Recording, Segment } from '../model/recording.ts';
import { vitalWindows } from '../model/vital-windows.ts';

export interface Lane {
  title: string;
  seconds: number;
  /** Values in equal parts of the time; what was not seen at all is empty. */
  rows: LaneRow[];
  marks: { rule: string; level: Finding['level']; unit: string; from: number; to: number }[];
  traces: number;
}

export interface LaneRow {
  kind: 'cpu' | 'turns' | 'polls';
  values: number[];
  /** The part of each value that made no progress. */
  barren: number[];
}

const BINS = 240;
const MAX_LANES = 40;

export function timeline(
  recording: Recording,
  findings: readonly Finding[],
  nameText: (name: string) => string,
): Lane[] {
  const threads = new Map<string, Segment[]>();
  for (const segment of recording.segments) {
    const { host, pid, thread } = segment.info.process;
    const key = `${host} ${pid} ${thread}`;
    threads.set(key, [...(threads.get(key) ?? []), segment]);
  }
  const lanes = [...threads.values()].map((segments) => laneOf(segments, findings, nameText));
  const isBusy = ({ marks, rows }: Lane): boolean => marks.length > 0 || rows.some(isAnything);
  const busy = lanes.filter(isBusy);
  return (busy.length > 0 ? busy : lanes)
    .sort((a, b) => b.marks.length - a.marks.length)
    .slice(0, MAX_LANES);
}

function laneOf(
  segments: readonly Segment[],
  findings: readonly Finding[],
  nameText: (name: string) => string,
): Lane {
  const begunAt = Math.min(...segments.map(({ info }) => info.startedAtMs).filter((at) => at > 0));
  /** From the lane's beginning to the segment's; what has no date of its own begins with the others. */
  const offset = ({ info: { startedAtMs: at } }: Segment): number =>
    at > 0 ? (at - begunAt) * 1e6 : 0;
  const endsAt = Math.max(...segments.map((segment) => segment.lastAt + offset(segment)));
  const length = Math.max(1, endsAt);
  const cpu = new Bins(length);
  const turns = new Bins(length);
  const polls = new Bins(length);
  const barren = new Bins(length);
  for (const segment of segments) {
    const after = offset(segment);
    for (const { fromNs, toNs, ...window } of vitalWindows(segment.vitals)) {
      cpu.add(fromNs + after, toNs + after, window.cpuShare);
      turns.add(fromNs + after, toNs + after, window.turnsPerSecond ?? 0);
    }
    for (const { fromNs, toNs, ...counts } of [...segment.windows.values()].flat()) {
      const perSecond = 1e9 / Math.max(toNs - fromNs, 1);
      polls.add(fromNs + after, toNs + after, counts.polls * perSecond);
      barren.add(fromNs + after, toNs + after, counts.barrenPolls * perSecond);
    }
  }
  const { pid, thread } = segments[0]!.info.process;
  const sources = [...new Set(segments.map(({ info }) => info.source))].sort().join(' and ');
  return {
    title: `${sources}, process ${pid}${thread === 0 ? '' : `, thread ${thread}`}`,
    seconds: endsAt / 1e9,
    rows: [
      { kind: 'cpu' as const, values: cpu.rounded(2), barren: [] },
      { kind: 'turns' as const, values: turns.rounded(0), barren: [] },
      { kind: 'polls' as const, values: polls.rounded(0), barren: barren.rounded(0) },
    ].filter(isAnything),
    marks: segments.flatMap((segment) => marksOf(segment, findings, offset(segment), nameText)),
    traces: segments.reduce((sum, segment) => sum + segment.traces, 0),
  };
}

function marksOf(
  { info, suspicions }: Segment,
  findings: readonly Finding[],
  after: number,
  nameText: (name: string) => string,
): Lane['marks'] {
  const own = findings.filter(({ segment }) => segment === info.id);
  return own.map(({ rule, level, unit, since }) => {
    const ends = [...suspicions.values()].filter((one) => one.since >= since).map(({ at }) => at);
    const to = Math.max(since, ...ends);
    return {
      rule,
      level,
      unit: nameText(unit.name),
      from: (since + after) / 1e9,
      to: (to + after) / 1e9,
    };
  });
}

function isAnything({ values }: LaneRow): boolean {
  return values.some((value) => value > 0);
}

/** Sums over several windows at a time, and the mean of those that follow each other in one bin. */
class Bins {
  readonly #values = new Float64Array(BINS);
  readonly #binNs: number;

  constructor(length: number) {
    this.#binNs = length / BINS;
  }

  /** A value that held from one instant to the other. */
  add(fromNs: number, toNs: number, value: number): void {
    const [from, to] = [fromNs / this.#binNs, toNs / this.#binNs];
    for (let bin = Math.max(0, Math.floor(from)); bin < Math.min(BINS, to); bin += 1) {
      const part = Math.min(to, bin + 1) - Math.max(from, bin);
      this.#values[bin]! += value * part;
    }
  }

  rounded(digits: number): number[] {
    return Array.from(this.#values, (value) => Number(value.toFixed(digits)));
  }
}
