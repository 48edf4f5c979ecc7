/** Turns rows and tables into lines of a recording: only what changed since the last call. */
import { COUNTER_NAMES } from '../../model/counters.ts';
import type { Line, TaskCounts, WakeEdge } from '../../model/recording.ts';
import type { PlaceMapper } from '../../trace/source-maps.ts';
import type { CountingRecorder } from './counting-recorder.ts';
import type { TaskRow } from './task-row.ts';
import { ROW_SIZE, type UnitTable } from './unit-table.ts';

export class LineWriter {
  readonly segment: string;
  readonly #units: UnitTable;
  readonly #recorder: CountingRecorder;
  readonly #mapper: PlaceMapper;
  readonly #suspects: () => Iterable<TaskRow>;
  /** Sum of each row when it was last sent: rows only grow. */
  readonly #sent: number[] = [];
  readonly #sentKeys: string[] = [];
  #sentEdges = 0;

  constructor(
    segment: string,
    units: UnitTable,
    recorder: CountingRecorder,
    mapper: PlaceMapper,
    suspects: () => Iterable<TaskRow>,
  ) {
    this.segment = segment;
    this.#units = units;
    this.#recorder = recorder;
    this.#mapper = mapper;
    this.#suspects = suspects;
  }

  /** The lines that are new at `atNs`; none when nothing happened. */
  lines(atNs: number): Line[] {
    const { segment } = this;
    const lines: Line[] = [];
    const rows: [number, number[]][] = [];
    this.#units.units.forEach((unit, i) => {
      if (this.#sentKeys[i] !== unit.key) {
        this.#sentKeys[i] = unit.key;
        lines.push({ type: 'unit', segment, unit: { ...unit } });
      }
      const row = this.#row(unit.id);
      const sum = row.reduce((a, b) => a + b, 0);
      if (sum === this.#sent[i]) return;
      this.#sent[i] = sum;
      rows.push([unit.id, row]);
    });
    const tasks: TaskCounts[] = [];
    for (const task of this.#suspects()) {
      if (!task.isAnnounced) lines.push(this.#introduce(task));
      tasks.push(this.taskCounts(task));
    }
    if (rows.length === 0 && tasks.length === 0) return lines;
    lines.push({
      type: 'counts',
      segment,
      at: atNs,
      units: rows,
      tasks,
      edges: this.#edges(),
      liveTasks: this.#recorder.tasks.length,
      dropped: this.#recorder.edges.dropped + this.#units.dropped,
    });
    return lines;
  }

  taskCounts(row: TaskRow): TaskCounts {
    return {
      task: row.id,
      polls: row.polls,
      pendings: row.pendings,
      selfWokenPendings: row.selfWokenPendings,
      barrenPolls: row.barrenPolls,
      streak: row.streak,
      longestStreak: row.longestStreak,
      yieldStreak: row.yieldStreak,
      hops: row.hops,
      busyNs: Math.round(row.busyNs),
      timedPolls: row.timedPolls,
    };
  }

  #introduce(row: TaskRow): Line {
    row.isAnnounced = true;
    row.spawnedAt = row.spawnFrame ? this.#mapper.place(row.spawnFrame) : null;
    const { id, unit, name, spawnedAt } = row;
    return { type: 'task', segment: this.segment, task: { id, unit, name, spawnedAt } };
  }

  #row(unit: number): number[] {
    const base = unit * ROW_SIZE;
    return Array.from(this.#units.rows.subarray(base, base + COUNTER_NAMES.length), Math.round);
  }

  /** Edges are cumulative, too; they are sent again when any of them grew. */
  #edges(): WakeEdge[] {
    const edges = this.#recorder.edges.list();
    const sum = edges.reduce((a, b) => a + b.count, 0);
    if (sum === this.#sentEdges) return [];
    this.#sentEdges = sum;
    return edges;
  }
}
