/** Each thread's time: how fast its tasks polled and woke themselves, and when what was found went on. */
import type { Finding } from '../model/finding.ts';
import type { Recording, Segment } from '../model/recording.ts';

export interface Lane {
  title: string;
  seconds: number;
  /** Polls a second, and barren ones, in equal parts of the time. */
  polls: number[];
  barren: number[];
  marks: { rule: string; level: Finding['level']; unit: string; from: number; to: number }[];
  traces: number;
}

const BINS = 240;
const MAX_LANES = 40;

export function timeline(
  recording: Recording,
  findings: readonly Finding[],
  nameText: (name: string) => string,
): Lane[] {
  const lanes = recording.segments.map((segment) => laneOf(segment, findings, nameText));
  const isBusy = ({ marks, polls }: Lane): boolean => marks.length > 0 || polls.some((n) => n > 0);
  const busy = lanes.filter(isBusy);
  return (busy.length > 0 ? busy : lanes)
    .sort((a, b) => b.marks.length - a.marks.length)
    .slice(0, MAX_LANES);
}

function laneOf(
  segment: Segment,
  findings: readonly Finding[],
  nameText: (name: string) => string,
): Lane {
  const { info, lastAt, windows, traces, suspicions } = segment;
  const length = Math.max(lastAt, 1);
  const polls = new Array<number>(BINS).fill(0);
  const barren = new Array<number>(BINS).fill(0);
  for (const { fromNs, toNs, ...counts } of [...windows.values()].flat()) {
    const first = Math.min(BINS - 1, Math.floor((fromNs / length) * BINS));
    const last = Math.min(BINS - 1, Math.floor((toNs / length) * BINS));
    const perSecond = 1e9 / Math.max(toNs - fromNs, 1);
    for (let bin = first; bin <= last; bin += 1) {
      polls[bin]! += Math.round(counts.polls * perSecond);
      barren[bin]! += Math.round(counts.barrenPolls * perSecond);
    }
  }
  const { pid, thread } = info.process;
  const own = findings.filter((finding) => finding.segment === info.id);
  return {
    title: `${info.source}, process ${pid}${thread === 0 ? '' : `, thread ${thread}`}`,
    seconds: lastAt / 1e9,
    polls,
    barren,
    marks: own.map(({ rule, level, unit, since }) => {
      const ends = [...suspicions.values()].filter((one) => one.since >= since).map(({ at }) => at);
      const to = Math.max(since, ...ends);
      return { rule, level, unit: nameText(unit.name), from: since / 1e9, to: to / 1e9 };
    }),
    traces,
  };
}
