/** What is kept of one task while its events are read, and its rows of polls without progress. */

/**
 * Polls in a row that were caused alike: by the task's own wakes (`self`), by wakes when nobody was
 * polled (`deferred`), or by wakes of other tasks that were caused so themselves (`others`).
 */
export interface Row {
  polls: number;
  /** In polls; without what single ones took beyond all measure, and with it. */
  busyNs: number;
  spentNs: number;
  /** From the wake to the poll. */
  scheduledNs: number;
  sinceAt: number;
  untilAt: number;
}

export type RowKind = 'self' | 'deferred' | 'others';

export interface RecordedTask {
  id: number;
  unit: number;
  name: string;
  kind: string;
  /** Entered and not yet left: a poll, or several spans deep. */
  depth: number;
  enteredAt: number;
  exitedAt: number;
  wokenAt: number;
  /** From its wake to the poll that goes on. */
  waitedNs: number;
  polls: number;
  wakes: number;
  selfWakes: number;
  clones: number;
  drops: number;
  /** In the poll that goes on: a wake of its own; spans of channels, locks or timers, or their end. */
  hasWokenItself: boolean;
  hasUsedOps: boolean;
  hasEndedOps: boolean;
  /** Since the last poll began: how it was woken. */
  wokenBySelf: boolean;
  wokenByNobody: boolean;
  wokenByTask: RecordedTask | null;
  /** It was woken from somewhere that is no task, while some task was polled: not known. */
  wokenUnclearly: boolean;
  /** Wakes from task to task up to the poll that goes on. */
  hops: number;
  nextHops: number;
  lastWaker: RecordedTask | null;
  rows: Record<RowKind, Row>;
  best: Record<RowKind, Row>;
  /** Length at which each row is told next. */
  marks: Record<RowKind, number>;
}

/**
 * A poll that takes longer works, or is stuck: in either case it is no part of a row.
 */
export const WORK_NS = 100_000_000;

/** Of one poll: a longer one may have lost its core for a while, and would count for thousands. */
const MOST_NS = 200_000;

/** Rows shorter than this are told by nobody; then each time that they have doubled. */
const FIRST_MARK = 500;

function newRow(): Row {
  return { polls: 0, busyNs: 0, spentNs: 0, scheduledNs: 0, sinceAt: 0, untilAt: 0 };
}

export function newRecordedTask(
  id: number,
  unit: number,
  name: string,
  kind: string,
): RecordedTask {
  return {
    id,
    unit,
    name,
    kind,
    depth: 0,
    enteredAt: 0,
    exitedAt: 0,
    wokenAt: 0,
    waitedNs: 0,
    polls: 0,
    wakes: 0,
    selfWakes: 0,
    clones: 0,
    drops: 0,
    hasWokenItself: false,
    hasUsedOps: false,
    hasEndedOps: false,
    wokenBySelf: false,
    wokenByNobody: false,
    wokenByTask: null,
    wokenUnclearly: false,
    hops: 0,
    nextHops: 0,
    lastWaker: null,
    rows: { self: newRow(), deferred: newRow(), others: newRow() },
    best: { self: newRow(), deferred: newRow(), others: newRow() },
    marks: { self: FIRST_MARK, deferred: FIRST_MARK, others: FIRST_MARK },
  };
}

/** The poll that has just ended goes on a row, or ends it. True when the row is to be told. */
export function grow(task: RecordedTask, kind: RowKind, isOn: boolean, busyNs: number): boolean {
  const row = task.rows[kind];
  if (!isOn) {
    row.polls = 0;
    return false;
  }
  if (row.polls === 0) {
    row.sinceAt = task.enteredAt;
    row.busyNs = 0;
    row.spentNs = 0;
    row.scheduledNs = 0;
  } else {
    row.scheduledNs += task.waitedNs;
  }
  row.polls += 1;
  row.busyNs += Math.min(busyNs, MOST_NS);
  row.spentNs += busyNs;
  row.untilAt = task.exitedAt;
  if (row.polls > task.best[kind].polls) Object.assign(task.best[kind], row);
  if (row.polls < task.marks[kind]) return false;
  task.marks[kind] = row.polls * 2;
  return true;
}
