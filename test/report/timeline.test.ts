import { describe, expect, it } from 'vitest';
import type { Segment } from '../../src/model/recording.ts';
import { timeline } from '../../src/report/timeline.ts';
import { calmSegment, probed } from '../rules/calm-segment.ts';
import { recording as proxy, spin } from './found-in-proxy.ts';

const SECOND = 1_000_000_000;
const START_MS = 1_700_000_000_000;

function started(segment: Segment, afterMs: number): Segment {
  return { ...segment, info: { ...segment.info, startedAtMs: START_MS + afterMs } };
}

const lanes = (...segments: Segment[]) =>
  timeline({ ...proxy, segments }, [{ ...spin, segment: 'main' }], (name) => name);

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('timeline', () => {
  const watched = started(
    {
      ...probed(),
      vitals: [
        { at: 2 * SECOND, cpuNs: SECOND / 5, turns: 100 },
        { at: 10 * SECOND, cpuNs: 8.2 * SECOND, turns: 100 },
      ],
    },
    0,
  );
  const polled = started(
    calmSegment({
      lastAt: 5 * SECOND,
      windows: new Map([
        [
          1,
          [
            {
              task: 1,
              fromNs: 0,
              toNs: 5 * SECOND,
              polls: 5000,
              pendings: 5000,
              selfWokenPendings: 5000,
              barrenPolls: 2500,
              busyNs: 0,
              timedPolls: 0,
            },
          ],
        ],
      ]),
    }),
    5000,
  );

  it('shows all that is known of a thread in one lane, in one time', () => {
    const [lane, ...others] = lanes(watched, polled);
    expect(others).toEqual([]);
    expect(lane).toMatchObject({ title: 'executor and probe, process 7', seconds: 10, traces: 2 });
    const [cpu, turns, polls] = lane!.rows;
    expect([cpu!.kind, turns!.kind, polls!.kind]).toEqual(['cpu', 'turns', 'polls']);
    expect([cpu!.values[0], cpu!.values[47], cpu!.values[48], cpu!.values[239]]).toEqual([
      0.1, 0.1, 1, 1,
    ]);
    expect([turns!.values[0], turns!.values[48]]).toEqual([50, 0]);
    expect([polls!.values[119], polls!.values[120], polls!.barren[239]]).toEqual([0, 1000, 500]);
    expect(lane!.marks).toMatchObject([{ rule: 'self-wake', from: 5.001 }]);
  });

  it('has the mean of a bin that is longer than what was told of it', () => {
    const vitals = Array.from({ length: 600 }, (_, i) => ({
      at: (i + 1) * SECOND,
      cpuNs: Math.ceil((i + 1) / 2) * SECOND,
      turns: null,
    }));
    const [lane] = lanes({ ...probed(), lastAt: 600 * SECOND, vitals });
    expect(lane!.rows.map(({ kind }) => kind)).toEqual(['cpu']);
    expect(mean(lane!.rows[0]!.values)).toBeCloseTo(0.5, 2);
    expect(Math.max(...lane!.rows[0]!.values)).toBeLessThan(0.7);
  });

  it('leaves out what nobody told', () => {
    const lane = timeline(proxy, [spin], (name) => name)[0]!;
    expect(lane).toMatchObject({ seconds: 2.5, rows: [], marks: [{ level: 'error' }] });
  });

  it('takes what has no date for one that began with the others', () => {
    const undated = { ...probed(), lastAt: 3 * SECOND };
    expect(lanes(undated, polled)[0]).toMatchObject({ seconds: 5 });
  });
});
