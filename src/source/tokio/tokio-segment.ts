/**
 * The lines of one tokio program: its introduction, where its tasks are spawned (the units), and
 * sums for each of these. Only tasks that something is told of are named one by one.
 */
import { COUNTER_INDEX, COUNTER_NAMES, type CounterName } from '../../model/counters.ts';
import type { Capability, Line, Place, ProcessInfo, Suspicion } from '../../model/recording.ts';

export interface TokioOrigin {
  segment: string;
  process: ProcessInfo;
  sees: readonly Capability[];
}

interface UnitRow {
  id: number;
  row: number[];
  isChanged: boolean;
}

/** A program spawns at some hundred places; names made up at run time have no bound. */
const MAX_UNITS = 10_000;

/** What is told of one program: beyond, it is counted. */
const MAX_SUSPICIONS = 2000;

export class TokioSegment {
  readonly #origin: TokioOrigin;
  readonly #units = new Map<string, UnitRow>();
  readonly #rows: UnitRow[] = [];
  readonly #toldTasks = new Set<number>();
  readonly #suspicions = new Set<string>();
  #lines: Line[] = [];
  liveTasks = 0;
  dropped = 0;

  constructor(origin: TokioOrigin, startedAtMs: number) {
    this.#origin = origin;
    const { segment: id, process, sees } = origin;
    const info = { id, process, startedAtMs, root: '', sees: [...sees] };
    this.#lines.push({ type: 'segment', source: 'tokio', ...info });
  }

  /** The unit of tasks that are spawned there; where no place is known, of those with the name. */
  unit(spawnedAt: Place | null, named = ''): number {
    const where =
      spawnedAt === null ? named : `${spawnedAt.file}:${spawnedAt.line}:${spawnedAt.column}`;
    const known = this.#units.get(where);
    if (known !== undefined) return known.id;
    const isFull = this.#rows.length >= MAX_UNITS;
    if (isFull && where !== '') return this.unit(null);
    const id = this.#rows.length + 1;
    const row = { id, row: COUNTER_NAMES.map(() => 0), isChanged: false };
    this.#units.set(where, row);
    this.#rows.push(row);
    const nameless = named === '' ? 'a tokio task' : `task ${named}`;
    const name = spawnedAt === null ? nameless : `task at ${spawnedAt.file}:${spawnedAt.line}`;
    const key = `future|task|${where}|`;
    const unit = { id, kind: 'future' as const, name, place: spawnedAt, key };
    this.#lines.push({ type: 'unit', segment: this.#origin.segment, unit });
    return id;
  }

  add(unit: number, counter: CounterName, value: number): void {
    const row = this.#rows[unit - 1]!;
    row.row[COUNTER_INDEX[counter]]! += value;
    row.isChanged = true;
  }

  raise(unit: number, counter: CounterName, value: number): void {
    const row = this.#rows[unit - 1]!;
    const index = COUNTER_INDEX[counter];
    if (value <= row.row[index]!) return;
    row.row[index] = value;
    row.isChanged = true;
  }

  /** Names a task, once. */
  tell(task: { id: number; unit: number; name: string }, spawnedAt: Place | null): void {
    if (this.#toldTasks.has(task.id)) return;
    this.#toldTasks.add(task.id);
    const { id, unit, name } = task;
    const told = { id, unit, name, spawnedAt };
    this.#lines.push({ type: 'task', segment: this.#origin.segment, task: told });
  }

  suspect(suspicion: Suspicion): void {
    if (!this.#suspicions.has(suspicion.id)) {
      if (this.#suspicions.size >= MAX_SUSPICIONS) {
        this.dropped += 1;
        return;
      }
      this.#suspicions.add(suspicion.id);
    }
    this.#lines.push({ type: 'suspicion', segment: this.#origin.segment, suspicion });
  }

  blind(why: string): void {
    const blind = { need: 'task-rates' as const, why };
    this.#lines.push({ type: 'blind', segment: this.#origin.segment, blind });
  }

  watched(at: number): void {
    const { segment } = this.#origin;
    this.#lines.push({ type: 'watched', segment, at, traces: 0, tracedNs: 0 });
  }

  end(at: number): void {
    const { segment } = this.#origin;
    this.#lines.push({ type: 'end', segment, at, exitCode: null, signal: null });
  }

  /** What is new since the last call. */
  drain(at: number): Line[] {
    const changed = this.#rows.filter(({ isChanged }) => isChanged);
    for (const row of changed) row.isChanged = false;
    this.#lines.push({
      type: 'counts',
      segment: this.#origin.segment,
      at,
      units: changed.map(({ id, row }) => [id, [...row]]),
      tasks: [],
      edges: [],
      liveTasks: this.liveTasks,
      dropped: this.dropped,
    });
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }
}
