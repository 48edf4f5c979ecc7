/** Runs as a source would tell them: cumulative, so that no number ever goes back. */
import fc from 'fast-check';
import { COUNTER_INDEX, COUNTER_NAMES } from '../../src/model/counters.ts';
import type { Line, TaskCounts, WakeEdge } from '../../src/model/recording.ts';
import { calmSegment, loopSuspicion, selfWakeSuspicion } from '../rules/calm-segment.ts';

type CountsLine = Extract<Line, { type: 'counts' }>;

export function countsLine(changes: Partial<CountsLine>): Line {
  return {
    type: 'counts',
    segment: 'main',
    at: 0,
    units: [],
    tasks: [],
    edges: [],
    liveTasks: 1,
    dropped: 0,
    ...changes,
  };
}

export function taskCounts(changes: Partial<TaskCounts>): TaskCounts {
  return {
    task: 1,
    polls: 0,
    pendings: 0,
    selfWokenPendings: 0,
    barrenPolls: 0,
    streak: 0,
    longestStreak: 0,
    yieldStreak: 0,
    hops: 0,
    busyNs: 0,
    timedPolls: 0,
    ...changes,
  };
}

/** One thing that happens: to which segment, unit and task, how much, and how long after the last. */
const step = fc.record({
  what: fc.constantFrom(
    ...(['counts', 'counts', 'counts', 'suspicion', 'loop'] as const),
    ...(['watched', 'unit', 'task', 'blind', 'end'] as const),
  ),
  segment: fc.constantFrom('main', 'worker'),
  id: fc.integer({ min: 1, max: 3 }),
  polls: fc.integer({ min: 0, max: 5000 }),
  barrenShare: fc.double({ min: 0, max: 1, noNaN: true }),
  afterMs: fc.integer({ min: 1, max: 3000 }),
});

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

export const arbitraryRun: fc.Arbitrary<Line[]> = fc
  .array(step, { maxLength: 40 })
  .map((steps) => [
    { type: 'segment', ...calmSegment().info },
    { type: 'segment', ...calmSegment().info, id: 'worker' },
    ...new Run().tell(steps),
  ]);

class Run {
  #at = 0;
  #traces = 0;
  readonly #rows = new Map<string, number[]>();
  readonly #tasks = new Map<string, TaskCounts>();
  readonly #edges = new Map<string, WakeEdge>();

  tell(steps: readonly Step[]): Line[] {
    return steps.map((each) => {
      this.#at += each.afterMs * 1_000_000;
      return this.#line(each);
    });
  }

  #line(each: Step): Line {
    const { what, segment, id, polls, barrenShare } = each;
    switch (what) {
      case 'suspicion': {
        const suspicion = selfWakeSuspicion({
          id: `s${id}`,
          at: this.#at,
          task: id,
          streak: polls,
        });
        return { type: 'suspicion', segment, suspicion };
      }
      case 'loop': {
        const suspicion = loopSuspicion({ id: `l${id}`, at: this.#at, traces: id });
        return { type: 'suspicion', segment, suspicion };
      }
      case 'watched': {
        this.#traces += id;
        return {
          type: 'watched',
          segment,
          at: this.#at,
          traces: this.#traces,
          tracedNs: 9 * this.#traces,
          cpuNs: Math.floor(this.#at * barrenShare),
          ...(polls % 2 === 0 ? {} : { turns: polls }),
        };
      }
      case 'unit': {
        const unit = { id, kind: 'future', name: `U${id}`, place: null, key: `k${id}` } as const;
        return { type: 'unit', segment, unit };
      }
      case 'task':
        return { type: 'task', segment, task: { id, unit: id, name: null, spawnedAt: null } };
      case 'blind':
        return { type: 'blind', segment, blind: { need: 'reads', why: `why ${id}` } };
      case 'end':
        return { type: 'end', segment, at: this.#at, exitCode: 0, signal: null };
      default:
        return this.#counts(each);
    }
  }

  #counts({ segment, id, polls, barrenShare }: Step): Line {
    const key = `${segment}:${id}`;
    const barren = Math.floor(polls * barrenShare);
    const row = [...(this.#rows.get(key) ?? COUNTER_NAMES.map(() => 0))];
    const grow = (name: keyof typeof COUNTER_INDEX, by: number) => {
      row[COUNTER_INDEX[name]] = (row[COUNTER_INDEX[name]] ?? 0) + by;
    };
    grow('polls', polls);
    grow('wakes', polls);
    grow('selfWakes', barren);
    row[COUNTER_INDEX.longestStreak] = Math.max(row[COUNTER_INDEX.longestStreak] ?? 0, barren);
    this.#rows.set(key, row);

    const task = this.#tasks.get(key) ?? taskCounts({ task: id });
    const grown = {
      ...task,
      polls: task.polls + polls,
      barrenPolls: task.barrenPolls + barren,
      streak: barren,
    };
    this.#tasks.set(key, grown);

    const edge = this.#edges.get(key) ?? { from: null, to: id, via: 'io', count: 0 };
    const woken: WakeEdge = { ...edge, count: edge.count + polls };
    this.#edges.set(key, woken);

    return countsLine({
      segment,
      at: this.#at,
      units: [...this.#rows]
        .filter(([of]) => of.startsWith(segment))
        .map(([of, cells]) => [Number(of.split(':')[1]), [...cells]]),
      tasks: [grown],
      edges: [woken],
      liveTasks: id,
    });
  }
}
