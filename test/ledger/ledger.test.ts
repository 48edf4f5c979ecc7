import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryRun, countsLine, taskCounts } from './arbitrary-lines.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { vitalWindows } from '../../src/model/vital-windows.ts';
import { COUNTER_NAMES } from '../../src/model/counters.ts';
import type { Line, Recording, Segment } from '../../src/model/recording.ts';
import { GOLDEN_LINES, GOLDEN_SUSPICIONS } from '../model/golden-lines.ts';

const SECOND = 1_000_000_000;

function ledgerOf(lines: Iterable<Line>): Ledger {
  const ledger = new Ledger();
  for (const line of lines) ledger.add(line);
  return ledger;
}

const recordingOf = (lines: Iterable<Line>): Recording => ledgerOf(lines).recording();

function onlySegment(lines: Iterable<Line>): Segment {
  const [segment] = recordingOf(lines).segments;
  if (segment === undefined) throw new Error('no segment');
  return segment;
}

const isCounts = (line: Line) => line.type === 'counts';
const segmentOf = (line: Line) => ('segment' in line ? line.segment : null);

describe('Ledger', () => {
  it('builds a segment from its lines', () => {
    const segment = onlySegment(GOLDEN_LINES);
    expect(segment.info.process.pid).toBe(7);
    expect(segment.units.get(1)?.name).toBe('Reader');
    expect(segment.counters.get(1)).toMatchObject({ polls: 0, pendings: 1, readies: 2 });
    expect(segment.taskCounts.get(1)?.barrenPolls).toBe(7);
    expect(segment.edges).toHaveLength(2);
    expect(segment).toMatchObject({ watchedNs: 2.5 * SECOND, traces: 3, tracedNs: 0.6 * SECOND });
    expect(segment.vitals).toEqual([{ at: 2.5 * SECOND, cpuNs: 2 * SECOND, turns: 50 }]);
    expect(segment.suspicions.size).toBe(GOLDEN_SUSPICIONS);
    expect(segment.lastAt).toBe(3 * SECOND);
    expect(segment.end).toEqual({ exitCode: 0, signal: null });
  });

  it('keeps what was said of a segment before its introduction', () => {
    const [header, introduction, ...rest] = GOLDEN_LINES;
    const late = [header!, ...rest, introduction!];
    expect(recordingOf(late)).toEqual(recordingOf(GOLDEN_LINES));
    expect(onlySegment([header!, ...rest]).info.sees).toEqual([]);
  });

  it('counts lines of types that it does not know', () => {
    const ledger = ledgerOf(GOLDEN_LINES);
    ledger.add({ type: 'heap', segment: 'main' } as unknown as Line);
    expect(ledger.ignoredLines).toBe(1);
    expect(ledger.recording()).toEqual(recordingOf(GOLDEN_LINES));
  });

  it('takes rows of an older and of a newer writer', () => {
    const short = countsLine({ units: [[1, [5, 4]]] });
    expect(onlySegment([short]).counters.get(1)).toMatchObject({ polls: 5, wakes: 0 });
    const long = countsLine({ units: [[1, [...COUNTER_NAMES.map(() => 1), 99]]] });
    expect(Object.keys(onlySegment([long]).counters.get(1)!)).toEqual([...COUNTER_NAMES]);
  });

  it('replaces a suspicion by its newer form only', () => {
    const [first] = GOLDEN_LINES.filter((line) => line.type === 'suspicion');
    if (first?.type !== 'suspicion' || first.suspicion.kind !== 'self-wake')
      throw new Error('gone');
    const { suspicion } = first;
    const newer: Line = { ...first, suspicion: { ...suspicion, at: 5 * SECOND, streak: 9999 } };
    for (const lines of [
      [first, newer],
      [newer, first],
    ]) {
      expect(onlySegment(lines).suspicions.get(suspicion.id)).toMatchObject({ streak: 9999 });
    }
  });
});

describe('the vital signs of a thread', () => {
  /** One that wants all of a core in every second second, and turns its loop in the others. */
  const watched = (count: number): Line[] =>
    Array.from({ length: count }, (_, i) => ({
      type: 'watched',
      segment: 'main',
      at: (i + 1) * SECOND,
      traces: 0,
      tracedNs: 0,
      cpuNs: Math.ceil((i + 1) / 2) * SECOND,
      turns: Math.floor((i + 1) / 2) * 10,
    }));

  it('are means between its lines, without a gap', () => {
    const windows = vitalWindows(onlySegment(watched(3)).vitals);
    expect(windows).toEqual([
      { fromNs: 0, toNs: SECOND, cpuShare: 1, turnsPerSecond: 0 },
      { fromNs: SECOND, toNs: 2 * SECOND, cpuShare: 0, turnsPerSecond: 10 },
      { fromNs: 2 * SECOND, toNs: 3 * SECOND, cpuShare: 1, turnsPerSecond: 0 },
    ]);
  });

  it('lose no time and no turn when hours have to fit', () => {
    for (const count of [600, 601, 602, 1500, 10_000, 20_000]) {
      const { vitals } = onlySegment(watched(count));
      expect(vitals.length).toBeLessThanOrEqual(600);
      if (count > 600) expect(vitals.length).toBeGreaterThan(250);
      expect(vitals.at(-1)).toEqual({
        at: count * SECOND,
        cpuNs: Math.ceil(count / 2) * SECOND,
        turns: Math.floor(count / 2) * 10,
      });
      const windows = vitalWindows(vitals);
      const widths = windows.map(({ fromNs, toNs }) => toNs - fromNs);
      expect(Math.max(...widths)).toBeLessThanOrEqual((4 * count * SECOND) / 600);
      const cpuNs = windows.reduce((sum, one) => sum + one.cpuShare * (one.toNs - one.fromNs), 0);
      expect(cpuNs / SECOND).toBeCloseTo(Math.ceil(count / 2), 3);
    }
  });

  it('are not told where nobody does, and never more than all of a core', () => {
    const line: Line = { type: 'watched', segment: 'main', at: SECOND, traces: 0, tracedNs: 0 };
    expect(onlySegment([line]).vitals).toEqual([]);
    const odd = [
      { ...line, cpuNs: 5 * SECOND },
      { ...line, at: 2 * SECOND, cpuNs: SECOND, turns: 7 },
    ];
    expect(vitalWindows(onlySegment(odd).vitals)).toMatchObject([
      { cpuShare: 1, turnsPerSecond: null },
      { cpuShare: 0, turnsPerSecond: 7 },
    ]);
  });
});

describe('windows', () => {
  const snapshots = (count: number, everyNs: number, pollsEach: number): Line[] =>
    Array.from({ length: count }, (_, index) =>
      countsLine({
        at: index * everyNs,
        tasks: [taskCounts({ polls: index * pollsEach, barrenPolls: index * pollsEach })],
      }),
    );

  it('are later minus earlier, about a second wide, end to end', () => {
    const windows = onlySegment(snapshots(13, SECOND / 4, 1000)).windows.get(1);
    expect(windows).toHaveLength(3);
    expect(windows).toMatchObject([
      { fromNs: 0, toNs: SECOND, polls: 4000, barrenPolls: 4000 },
      { fromNs: SECOND, toNs: 2 * SECOND, polls: 4000 },
      { fromNs: 2 * SECOND, toNs: 3 * SECOND, polls: 4000 },
    ]);
  });

  it('are the last 120', () => {
    const windows = onlySegment(snapshots(200, SECOND, 10)).windows.get(1);
    expect(windows).toHaveLength(120);
    expect(windows?.at(-1)?.toNs).toBe(199 * SECOND);
  });

  it('are as wide as the time between snapshots, when that is longer', () => {
    expect(onlySegment(snapshots(2, 7 * SECOND, 10)).windows.get(1)).toMatchObject([
      { fromNs: 0, toNs: 7 * SECOND },
    ]);
  });

  it('are kept of the last 1,000 tasks', () => {
    const tasks = Array.from({ length: 1001 }, (_, task) => taskCounts({ task }));
    const first = countsLine({ at: 0, tasks });
    const later = tasks.map((each) => ({ ...each, polls: 5 }));
    const kept = onlySegment([first, countsLine({ at: SECOND, tasks: later.slice(1) })]).windows;
    expect(kept.size).toBe(1000);
    expect(kept.has(0)).toBe(false);
  });

  it('start anew when a number runs backwards', () => {
    const back = [
      ...snapshots(2, SECOND, 10),
      countsLine({ at: 2 * SECOND, tasks: [taskCounts({})] }),
    ];
    expect(onlySegment(back).windows.get(1)).toHaveLength(1);
  });
});

describe('any run', () => {
  it('told twice is the run told once', () => {
    fc.assert(
      fc.property(arbitraryRun, (lines) => {
        const once = recordingOf(lines);
        expect(recordingOf([...lines, ...lines])).toEqual(once);
        expect(recordingOf(lines.flatMap((line) => [line, line]))).toEqual(once);
      }),
    );
  });

  it('with lines of its past told again at any point is the same run', () => {
    fc.assert(
      fc.property(arbitraryRun, fc.array(fc.nat()), (lines, picks) => {
        const again = lines.flatMap((line, index) => [
          line,
          ...picks.map((pick) => lines[pick % (index + 1)]!),
        ]);
        expect(recordingOf(again)).toEqual(recordingOf(lines));
      }),
    );
  });

  it('split in two is the whole', () => {
    fc.assert(
      fc.property(arbitraryRun, fc.nat(), (lines, cut) => {
        const at = lines.length === 0 ? 0 : cut % lines.length;
        const ledger = ledgerOf(lines.slice(0, at));
        ledger.recording();
        for (const line of lines.slice(at)) ledger.add(line);
        expect(ledger.recording()).toEqual(recordingOf(lines));
      }),
    );
  });

  it('of which snapshots were lost ends with the same totals', () => {
    fc.assert(
      fc.property(arbitraryRun, fc.infiniteStream(fc.boolean()), (lines, isKept) => {
        const isLast = (line: Line) =>
          line ===
          lines.findLast((other) => isCounts(other) && segmentOf(other) === segmentOf(line));
        const kept = lines.filter((line) => !isCounts(line) || isLast(line) || isKept.next().value);
        const totals = ({ segments }: Recording) => segments.map(({ counters }) => counters);
        expect(totals(recordingOf(kept))).toEqual(totals(recordingOf(lines)));
      }),
    );
  });

  it('in any order neither throws nor loses a count, and no self-wake is more than a wake', () => {
    const shuffled = arbitraryRun.chain((lines) =>
      fc.tuple(
        fc.constant(lines),
        fc.shuffledSubarray(lines, { minLength: lines.length, maxLength: lines.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([lines, mixed]) => {
        const recording = recordingOf(mixed);
        const counters = (of: Recording) =>
          new Map(of.segments.map((segment) => [segment.info.id, segment.counters]));
        expect(counters(recording)).toEqual(counters(recordingOf(lines)));
        for (const segment of recording.segments) {
          for (const { selfWakes, wakes } of segment.counters.values()) {
            expect(selfWakes).toBeLessThanOrEqual(wakes);
          }
          for (const windows of segment.windows.values()) {
            expect(windows.length).toBeLessThanOrEqual(120);
            for (const window of windows) {
              expect(window.toNs).toBeGreaterThan(window.fromNs);
              expect(window.barrenPolls).toBeGreaterThanOrEqual(0);
            }
          }
        }
      }),
    );
  });
});
