import { describe, expect, it } from 'vitest';
import type { LiveRow } from '../../src/cli/live/live-row.ts';
import { LiveRows } from '../../src/cli/live/live-rows.ts';
import { watchingText } from '../../src/cli/live/watching-text.ts';
import { zeroCounters, type Counters } from '../../src/model/counters.ts';
import type { Finding, Judgement } from '../../src/model/finding.ts';
import type { Recording, Segment } from '../../src/model/recording.ts';
import { recording as proxy, spin } from '../report/found-in-proxy.ts';
import {
  calmSegment,
  loopSuspicion,
  probed,
  selfWakeSuspicion,
  state,
} from '../rules/calm-segment.ts';

const SECOND = 1_000_000_000;

function seen(...segments: Segment[]): Recording {
  return { ...proxy, segments: segments.map((segment) => ({ ...segment, end: null })) };
}

function judged(...findings: Finding[]): Judgement {
  return { verdict: 'found', findings, notRun: [], brokenRules: [] };
}

function found(changes: Partial<Finding> = {}): Finding {
  const unit = { name: 'Reader', kind: 'future', key: 'future|Reader|reader.ts|' } as const;
  return { ...spin, segment: 'main', unit, location: null, ...changes };
}

function polled(changes: Partial<Counters>): Segment {
  return calmSegment({ counters: new Map([[1, { ...zeroCounters(), ...changes }]]) });
}

/** Looks a second apart. */
function looks(steps: readonly Recording[], judgement = judged()): LiveRow[][] {
  const rows = new LiveRows();
  return steps.map((recording, i) => rows.look(recording, judgement, i * 1000));
}

describe('a unit', () => {
  it('has rates between two looks, and none before', () => {
    const [first, second] = looks([
      seen(polled({ polls: 1000, selfWokenPendings: 10, busyNs: 1e6, timedPolls: 10 })),
      seen(
        polled({
          polls: 3000,
          selfWokenPendings: 1010,
          barrenPolls: 500,
          busyNs: 2e6,
          timedPolls: 20,
        }),
      ),
    ]);
    const nothing = { polls: null, self: null, barren: null, cpu: null, turns: null, traces: null };
    expect(first).toMatchObject([{ name: 'Reader', place: 'reader.ts:3', values: nothing }]);
    expect(second![0]!.values).toEqual({
      ...nothing,
      polls: 2000,
      self: 1000,
      barren: 500,
      cpu: 0.2,
    });
    expect(second![0]!.trend).toEqual([2000]);
  });

  it('keeps half a minute of them', () => {
    const steps = Array.from({ length: 50 }, (_, i) => seen(polled({ polls: 1 + i * i })));
    const trend = looks(steps).at(-1)![0]!.trend;
    expect(trend).toHaveLength(30);
    expect(trend.at(-1)).toBe(49 * 49 - 48 * 48);
  });

  it('is not there before it was polled', () => {
    expect(looks([seen(polled({}))])[0]).toEqual([]);
  });

  it('takes no more than all of its thread, and of a runtime with many as much as it takes', () => {
    const steps = (source: 'executor' | 'tokio') =>
      [0, 1].map((i) => {
        const segment = polled({ polls: 1 + i, busyNs: 1 + i * 3e9, timedPolls: 1 + i });
        return seen({ ...segment, info: { ...segment.info, source } });
      });
    expect(looks(steps('executor'))[1]![0]!.values).toMatchObject({ cpu: 1, barren: 0 });
    expect(looks(steps('tokio'))[1]![0]!.values).toMatchObject({ cpu: 3, barren: null });
  });

  it('changes nothing in what it looks at', () => {
    const segment = polled({ polls: 5 });
    const rows = new LiveRows();
    rows.look(seen(segment), judged(), 0);
    segment.counters.get(1)!.polls = 25;
    expect(rows.look(seen(segment), judged(), 2000)[0]!.values.polls).toBe(10);
  });
});

describe('a thread', () => {
  const vitals = (...points: [at: number, cpu: number, turns: number | null][]): Segment => ({
    ...probed(),
    vitals: points.map(([at, cpu, turns]) => ({ at: at * SECOND, cpuNs: cpu * SECOND, turns })),
  });

  it('shows what it used since the last look, and its traces', () => {
    const [first, second] = looks([
      seen(vitals([1, 0.2, 10], [2, 0.5, 30])),
      seen(vitals([1, 0.2, 10], [4, 2.5, 30])),
    ]);
    expect(first![0]).toMatchObject({ kind: 'thread', name: 'process 7', place: 'app.js' });
    expect(first![0]!.values).toMatchObject({ cpu: 0.3, turns: 20, traces: 2, polls: null });
    expect(second![0]!.values).toMatchObject({ cpu: 1, turns: 0 });
    expect(second![0]!.trend).toEqual([1]);
  });

  it('that tells no more has no share of a core, after a while', () => {
    const same = seen(vitals([1, 0.5, 10], [2, 1, 20]));
    const shares = looks([same, same, same, same, same]).map(([row]) => row!.values.cpu);
    expect(shares).toEqual([0.5, 0.5, 0.5, null, null]);
  });

  it('whose turns nobody tells shows none', () => {
    expect(looks([seen(vitals([1, 1, null], [2, 2, null]))])[0]![0]!.values).toMatchObject({
      cpu: 1,
      turns: null,
    });
  });

  it('other than the main one says so', () => {
    const { info, ...rest } = probed();
    const worker = { ...rest, info: { ...info, process: { ...info.process, thread: 3 } } };
    expect(looks([seen(worker)])[0]).toMatchObject([{ name: 'thread 3 of 7', process: '7/3' }]);
  });
});

describe('a loop in a plain program', () => {
  it('is a row while it goes on, and when it was found', () => {
    const going = probed(loopSuspicion({ at: 9 * SECOND, perSecond: 3000 }));
    expect(looks([seen(going)])[0]!.map(({ name, values }) => [name, values.polls])).toEqual([
      ['check', 3000],
      ['process 7', null],
    ]);
    const over = probed(loopSuspicion({ at: 2 * SECOND }));
    expect(looks([seen(over)])[0]).toMatchObject([{ kind: 'thread' }]);
    const unit = { name: 'check', kind: 'site', key: 'site|check|poller.ts|check' } as const;
    const told = judged(found({ segment: 'probe', unit }));
    const [first] = looks([seen(over)], told)[0]!;
    expect(first).toMatchObject({ name: 'check', values: { polls: null } });
    expect(first!.findings).toHaveLength(1);
  });

  it('that was seen to work is none', () => {
    const working = loopSuspicion({ at: 9 * SECOND, state: state('progress') });
    expect(looks([seen(probed(working))])[0]).toMatchObject([{ kind: 'thread' }]);
  });
});

describe('the order', () => {
  const named = (name: string, id: number, polls: number): Segment => {
    const unit = { id, kind: 'future' as const, name, place: null, key: name };
    return calmSegment({
      units: new Map([[id, unit]]),
      counters: new Map([[id, { ...zeroCounters(), polls }]]),
      info: { ...calmSegment().info, id: name },
    });
  };

  it('has what was found first, the gravest before, then what is polled most', () => {
    const step = (factor: number) =>
      seen(named('A', 1, 10 * factor), named('B', 2, 90 * factor), named('C', 3, factor));
    const on = (segment: string): Pick<Finding, 'segment' | 'unit'> => ({
      segment,
      unit: { name: segment, kind: 'future', key: segment },
    });
    const judgement = judged(
      found({ ...on('C'), level: 'note', confidence: 'possible' }),
      found({ ...on('layer'), segment: 'A' }),
    );
    const rows = looks([step(1), step(2)], judgement)[1]!;
    expect(rows.map(({ name }) => name)).toEqual(['layer', 'C', 'B', 'A']);
    expect(rows[0]).toMatchObject({ unit: null, place: '' });
  });
});

describe('a layer that only a finding names', () => {
  it('is polled as often as its task', () => {
    const step = (polls: number) => {
      const segment = polled({ polls });
      const layer = { name: 'Tls', kind: 'future', key: 'tls' } as const;
      segment.units.set(2, { ...layer, id: 2, place: null });
      const suspicion = selfWakeSuspicion({ unit: 2, task: 1 });
      return seen({ ...segment, suspicions: new Map([[suspicion.id, suspicion]]) });
    };
    const unit = { name: 'Tls', kind: 'future', key: 'tls' } as const;
    const rows = looks([step(10), step(110)], judged(found({ unit })))[1]!;
    expect(rows.map(({ name, values }) => [name, values.polls])).toEqual([
      ['Tls', 100],
      ['Reader', 100],
    ]);
  });
});

describe('who has ended', () => {
  it('is no row any more, unless something was found in it', () => {
    const ended: Recording = {
      ...proxy,
      segments: [calmSegment({ end: { exitCode: 0, signal: null } })],
    };
    expect(looks([ended])[0]).toEqual([]);
    expect(looks([ended], judged(found()))[0]).toMatchObject([{ name: 'Reader' }]);
  });
});

describe('hostile names', () => {
  it('are shown, and not obeyed', () => {
    const segment = polled({ polls: 1 });
    segment.units.set(1, { ...segment.units.get(1)!, name: 'a\u001b[2Jb\nc\u202ed' });
    const [row] = looks([seen(segment)])[0]!;
    expect(row!.name).toBe('a\\u001b[2Jb\\u000ac\\u202ed');
  });
});

describe('watchingText', () => {
  it('says how long, how much, and what was found', () => {
    const { info, ...rest } = probed();
    const other = { ...rest, info: { ...info, id: 'o', process: { ...info.process, pid: 8 } } };
    const healthy = seen(probed(), other);
    expect(watchingText(healthy, judged(), 12.9)).toBe('12 s, 2 processes, nothing suspicious');
    const suspicious = seen(probed(loopSuspicion({ at: 9 * SECOND })));
    expect(watchingText(suspicious, judged(), 1)).toBe(
      '1 s, 1 process, 1 suspicion, nothing certain',
    );
    const notes = [found({ level: 'note' }), found({ level: 'note' }), found()];
    expect(watchingText(healthy, judged(...notes), 3)).toBe('3 s, 2 processes, 1 error, 2 notes');
    const tokio = { ...calmSegment({ liveTasks: 214 }) };
    const served = seen({ ...tokio, info: { ...tokio.info, source: 'tokio' } });
    expect(watchingText(served, judged(), 3)).toBe('3 s, 1 process, 214 tasks, nothing suspicious');
  });
});
