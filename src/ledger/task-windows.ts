/** Windows of about a second for each task, from snapshots of its cumulative numbers. */
import type { TaskCounts, TaskWindow } from '../model/recording.ts';

/** Snapshots come a few times a second and never on the dot: 0.9 s still is a second. */
const MIN_WINDOW_NS = 900_000_000;

/** Two minutes are more than any rule looks back. */
const MAX_WINDOWS = 120;

/** Tasks that windows are kept of. Beyond, those whose numbers last came longest ago lose theirs. */
const MAX_TASKS = 1000;

interface Snapshot {
  at: number;
  counts: TaskCounts;
}

export class TaskWindows {
  /** Closed windows, oldest first. What came after the last one is not yet in any. */
  readonly byTask = new Map<number, TaskWindow[]>();
  readonly #opened = new Map<number, Snapshot>();

  /** Numbers that run backwards make no window: the next one starts at them. */
  add(at: number, counts: TaskCounts): void {
    const opened = this.#opened.get(counts.task);
    if (opened === undefined) {
      this.#open(at, counts);
      return;
    }
    if (at - opened.at < MIN_WINDOW_NS) return;
    this.#open(at, counts);
    const window = between(opened, { at, counts });
    if (window !== null) this.#close(window);
  }

  #open(at: number, counts: TaskCounts): void {
    this.#opened.delete(counts.task);
    this.#opened.set(counts.task, { at, counts });
    if (this.#opened.size <= MAX_TASKS) return;
    // A map keeps its keys in the order in which they were set.
    for (const [longestAgo] of this.#opened) {
      this.#opened.delete(longestAgo);
      this.byTask.delete(longestAgo);
      return;
    }
  }

  #close(window: TaskWindow): void {
    let windows = this.byTask.get(window.task);
    if (windows === undefined) {
      windows = [];
      this.byTask.set(window.task, windows);
    }
    windows.push(window);
    if (windows.length > MAX_WINDOWS) windows.shift();
  }
}

/** Later minus earlier; null when a number went back, which no cumulative one does. */
function between(from: Snapshot, to: Snapshot): TaskWindow | null {
  const window: TaskWindow = {
    task: to.counts.task,
    fromNs: from.at,
    toNs: to.at,
    polls: to.counts.polls - from.counts.polls,
    pendings: to.counts.pendings - from.counts.pendings,
    selfWokenPendings: to.counts.selfWokenPendings - from.counts.selfWokenPendings,
    barrenPolls: to.counts.barrenPolls - from.counts.barrenPolls,
    busyNs: to.counts.busyNs - from.counts.busyNs,
    timedPolls: to.counts.timedPolls - from.counts.timedPolls,
  };
  const { task: _, fromNs: __, toNs: ___, ...grown } = window;
  return Object.values(grown).every((value) => value >= 0) ? window : null;
}
