/** A recording of a large service that ran for an hour: 10,000 units, 100,000 edges, one spin in it. */
import { COUNTER_NAMES } from '../../src/model/counters.ts';
import type { Line, TaskCounts } from '../../src/model/recording.ts';
import { writeLine } from '../../src/model/write-line.ts';
import { selfWakeSuspicion, calmSegment } from '../rules/calm-segment.ts';

const UNITS = 10_000;
const EDGES = 100_000;
const SECONDS = 3600;
const TASKS = 20;

export function* largeRecording(
  nameOf = (id: number): string => `Service${id}Handler`,
): Generator<string> {
  yield writeLine({ type: 'header', schemaVersion: 1, tool: 'selfwake', toolVersion: '0.1.0' });
  const { info } = calmSegment();
  const segment = info.id;
  yield writeLine({ type: 'segment', ...info });
  for (let id = 1; id <= UNITS; id += 1) {
    const place = {
      file: `src/services/area-${id % 97}/service-${id}.ts`,
      line: 40,
      column: 3,
      functionName: 'poll',
    };
    const name = nameOf(id);
    yield writeLine({
      type: 'unit',
      segment,
      unit: { id, kind: 'future', name, place, key: `future|${name}|${id}|poll` },
    });
  }
  for (let task = 1; task <= TASKS; task += 1) {
    yield writeLine({
      type: 'task',
      segment,
      task: { id: task, unit: task, name: null, spawnedAt: null },
    });
  }
  for (let second = 1; second <= SECONDS; second += 1) {
    yield writeLine(counts(segment, second));
  }
  const place = {
    file: 'src/services/area-1/service-1.ts',
    line: 44,
    column: 7,
    functionName: 'Service1Handler.poll',
  };
  const at = SECONDS * 1e9;
  const chain = [1, 2, 3].map((unit) => ({
    name: nameOf(4 - unit),
    unit: 4 - unit,
    place,
    isGuilty: unit === 3,
  }));
  const suspicion = selfWakeSuspicion({ at, since: at / 2, place, streak: 4_000_000, chain });
  yield writeLine({ type: 'suspicion', segment, suspicion });
  yield writeLine({ type: 'end', segment, at, exitCode: 0, signal: null });
}

function counts(segment: string, second: number): Line {
  const isLast = second === SECONDS;
  const units: [number, number[]][] = [];
  const first = isLast ? 1 : 1 + ((second * 40) % UNITS);
  const last = isLast ? UNITS : Math.min(UNITS, first + 40);
  for (let unit = first; unit <= last; unit += 1) {
    units.push([
      unit,
      COUNTER_NAMES.map((name, i) =>
        name === 'longestStreak' ? unit % 50 : (unit * (i + 7)) % 100_000,
      ),
    ]);
  }
  const perLine = EDGES / SECONDS;
  const edges = Array.from({ length: Math.ceil(perLine) }, (_, n) => {
    const edge = Math.min(EDGES - 1, Math.floor((second - 1) * perLine) + n);
    return {
      from: 1 + (edge % UNITS),
      to: 1 + ((edge * 7 + Math.floor(edge / UNITS) * 13) % UNITS),
      via: 'waker' as const,
      count: 1 + (edge % 5000),
    };
  });
  const tasks = Array.from({ length: TASKS }, (_, n): TaskCounts => {
    const polls = second * 1000 * (n + 1);
    return {
      task: n + 1,
      polls,
      pendings: polls,
      selfWokenPendings: n === 0 ? polls : 0,
      barrenPolls: n === 0 ? polls : 0,
      streak: n === 0 ? polls : 0,
      longestStreak: n === 0 ? polls : 3,
      yieldStreak: 0,
      hops: 0,
      busyNs: polls * 1000,
      timedPolls: polls,
    };
  });
  return {
    type: 'counts',
    segment,
    at: second * 1e9,
    units,
    tasks,
    edges,
    liveTasks: TASKS,
    dropped: 0,
  };
}
