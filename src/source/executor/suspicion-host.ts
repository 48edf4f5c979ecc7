import type { Suspicion } from '../../model/recording.ts';
import type { HiddenState } from '../../trace/hidden-state.ts';
import type { PlaceMapper } from '../../trace/source-maps.ts';
import type { TaskRow } from './task-row.ts';
import type { UnitTable } from './unit-table.ts';

/** What those who form suspicions get from their monitor. */
export interface SuspicionHost {
  readonly units: UnitTable;
  readonly mapper: PlaceMapper;
  readonly hidden: HiddenState;
  /** True for functions of this package: their closures are no state of the program. */
  readonly isForeign: (fn: (...args: never[]) => unknown) => boolean;
  /** The lowest streak that a rule asks for: evidence must be complete by then. */
  readonly streakThreshold: number;
  /** Milliseconds on a monotonic clock. */
  nowMs(): number;
  /** Nanoseconds since the segment's start, now and of a time of that clock. */
  nowNs(): number;
  nsOf(ms: number): number;
  /** Checks the task's next wakes: does it arrange them itself? */
  probe(row: TaskRow): void;
  currentTask(): TaskRow | null;
  pollSeq(): number;
  report(suspicion: Suspicion): void;
  /** The task is to be ended now: throw this. */
  breakOff(row: TaskRow): Error | null;
}
