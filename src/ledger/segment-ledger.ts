/** One segment as it grows, line by line. */
import { COUNTER_NAMES, zeroCounters, type Counters } from '../model/counters.ts';
import type {
  BlindSpot,
  Line,
  Segment,
  SegmentEnd,
  SegmentInfo,
  Suspicion,
  TaskCounts,
  TaskInfo,
  Unit,
  WakeEdge,
  WatchedLine,
} from '../model/recording.ts';
import { TaskWindows } from './task-windows.ts';
import { VitalSeries } from './vital-series.ts';

type CountsLine = Extract<Line, { type: 'counts' }>;

/**
 * Stands in until the segment's own introduction comes. It sees nothing, so no rule is
 * run on a segment that was never introduced, and the judgement says so.
 */
function notYetIntroduced(id: string): SegmentInfo {
  return {
    id,
    source: 'executor',
    process: { host: '', pid: 0, parentPid: null, thread: 0, command: [], runtime: '' },
    startedAtMs: 0,
    root: '',
    sees: [],
  };
}

export class SegmentLedger {
  readonly segment: Segment;
  readonly #windows = new TaskWindows();
  readonly #vitals = new VitalSeries();
  readonly #edges = new Map<string, WakeEdge>();
  readonly #taskCountsAt = new Map<number, number>();
  #liveTasksAt = -1;

  constructor(id: string) {
    this.segment = {
      info: notYetIntroduced(id),
      units: new Map(),
      counters: new Map(),
      tasks: new Map(),
      taskCounts: new Map(),
      windows: this.#windows.byTask,
      edges: [],
      suspicions: new Map(),
      blind: [],
      lastAt: 0,
      liveTasks: 0,
      dropped: 0,
      watchedNs: 0,
      traces: 0,
      tracedNs: 0,
      vitals: this.#vitals.points,
      samples: 0,
      samplesInPolls: 0,
      end: null,
    };
  }

  introduce(info: SegmentInfo): void {
    this.segment.info = info;
  }

  addUnit(unit: Unit): void {
    this.segment.units.set(unit.id, unit);
  }

  addTask(task: TaskInfo): void {
    this.segment.tasks.set(task.id, task);
  }

  addCounts(line: CountsLine): void {
    const { segment } = this;
    this.#saw(line.at);
    for (const [unit, row] of line.units) this.#joinRow(unit, row);
    for (const counts of line.tasks) this.#addTaskCounts(line.at, counts);
    for (const edge of line.edges) this.#joinEdge(edge);
    if (line.at >= this.#liveTasksAt) {
      this.#liveTasksAt = line.at;
      segment.liveTasks = line.liveTasks;
    }
    segment.dropped = Math.max(segment.dropped, line.dropped);
  }

  addSuspicion(suspicion: Suspicion): void {
    this.#saw(suspicion.at);
    const known = this.segment.suspicions.get(suspicion.id);
    if (known === undefined || suspicion.at >= known.at) {
      this.segment.suspicions.set(suspicion.id, suspicion);
    }
  }

  addWatched({ at, traces, tracedNs, cpuNs, turns }: WatchedLine): void {
    this.#saw(at);
    this.segment.watchedNs = Math.max(this.segment.watchedNs, at);
    this.segment.traces = Math.max(this.segment.traces, traces);
    this.segment.tracedNs = Math.max(this.segment.tracedNs, tracedNs);
    if (cpuNs !== undefined) this.#vitals.add({ at, cpuNs, turns: turns ?? null });
  }

  addSampled(at: number, samples: number, inPolls: number): void {
    this.#saw(at);
    this.segment.samples = Math.max(this.segment.samples, samples);
    this.segment.samplesInPolls = Math.max(this.segment.samplesInPolls, inPolls);
  }

  addBlind(blind: BlindSpot): void {
    const isKnown = this.segment.blind.some(
      (other) => other.need === blind.need && other.why === blind.why,
    );
    if (!isKnown) this.segment.blind.push(blind);
  }

  end(at: number, { exitCode, signal }: SegmentEnd): void {
    this.#saw(at);
    this.segment.end = { exitCode, signal };
  }

  #saw(at: number): void {
    if (at > this.segment.lastAt) this.segment.lastAt = at;
  }

  /** Every counter only grows (the longest streak is a maximum), so the maximum is the join. */
  #joinRow(unit: number, row: readonly number[]): void {
    let counters = this.segment.counters.get(unit);
    if (counters === undefined) {
      counters = zeroCounters();
      this.segment.counters.set(unit, counters);
    }
    joinRow(counters, row);
  }

  #addTaskCounts(at: number, counts: TaskCounts): void {
    const { task } = counts;
    const knownAt = this.#taskCountsAt.get(task);
    if (knownAt !== undefined && at < knownAt) return;
    this.#taskCountsAt.set(task, at);
    this.segment.taskCounts.set(task, counts);
    this.#windows.add(at, counts);
  }

  #joinEdge(edge: WakeEdge): void {
    const key = `${edge.from}>${edge.to}:${edge.via}`;
    const known = this.#edges.get(key);
    if (known !== undefined) {
      known.count = Math.max(known.count, edge.count);
      return;
    }
    const own = { ...edge };
    this.#edges.set(key, own);
    this.segment.edges.push(own);
  }
}

/** A shorter row is of an older writer, a longer one of a newer: only what both know counts. */
function joinRow(counters: Counters, row: readonly number[]): void {
  COUNTER_NAMES.forEach((name, index) => {
    const value = row[index];
    if (value !== undefined && value > counters[name]) counters[name] = value;
  });
}
