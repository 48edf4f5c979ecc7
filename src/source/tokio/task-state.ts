/** What is kept of one task between updates, and the windows in which it hardly waited. */
import type { RateWindow } from '../../model/recording.ts';

export interface TaskState {
  /** Local to the segment. */
  readonly id: number;
  readonly unit: number;
  readonly name: string;
  readonly kind: string;
  readonly sizeBytes: number;
  readonly originalBytes: number;
  /** As the server last said; null until it has said anything. */
  now: Snapshot | null;
  /** Where the open window began. */
  opened: Snapshot | null;
  /** Up to now and without a gap, oldest first; empty for a task that waits. */
  windows: RateWindow[];
  windowsSinceAt: number;
  /** Polls and wakes of the last window. */
  polls: number;
  wakes: number;
  /** Ready answers of channels, locks and timers since the window opened. */
  readyOps: number;
  /** The operation that was ready last, until another one was not. */
  lastReadyOp: string | null;
  /** How many wakes it had when its own wakes were last told of. */
  wakesTold: number;
}

/** Absolute numbers; times are nanoseconds since the segment's start, -Infinity for never. */
export interface Snapshot {
  at: number;
  polls: number;
  wakes: number;
  selfWakes: number;
  clones: number;
  drops: number;
  busyNs: number;
  scheduledNs: number;
  lastWakeAt: number;
  pollStartedAt: number;
  pollEndedAt: number;
  isDropped: boolean;
}

/** Shorter windows are joined with the next: rates of moments jump. */
const MIN_WINDOW_NS = 900_000_000;

/** Fewer polls a second, or more time in waits, are nobody's spin, whatever rules then ask for. */
const LEAST_PER_SECOND = 20;
export const MOST_IDLE = 0.6;

/** Of many tasks that wake each other round and round, each waits for the others most of the time. */
const FAST_PER_SECOND = 1000;

/** Half a minute: a rule that asks for more windows than this finds none. */
const MAX_WINDOWS = 30;

/** Closes the open window if it is long enough; true when the task had no rest in it, or hardly. */
export function closeWindow(task: TaskState): boolean {
  const { now, opened } = task;
  if (now === null) return false;
  if (opened === null || now.polls < opened.polls) return openWindow(task, now);
  const ns = now.at - opened.at;
  if (ns < MIN_WINDOW_NS) return false;
  const window = windowOf(opened, now, task.readyOps);
  task.polls = now.polls - opened.polls;
  task.wakes = now.wakes - opened.wakes;
  const { perSecond, idleShare } = window;
  const isRestless =
    perSecond >= LEAST_PER_SECOND && (idleShare <= MOST_IDLE || perSecond >= FAST_PER_SECOND);
  if (!isRestless) return openWindow(task, now);
  if (task.windows.length === 0) task.windowsSinceAt = opened.at;
  task.windows.push(window);
  if (task.windows.length > MAX_WINDOWS) task.windows.shift();
  task.opened = now;
  task.readyOps = 0;
  return true;
}

function openWindow(task: TaskState, now: Snapshot): false {
  task.opened = now;
  task.readyOps = 0;
  if (task.windows.length > 0) task.windows = [];
  return false;
}

function windowOf(from: Snapshot, to: Snapshot, readyOps: number): RateWindow {
  const ns = to.at - from.at;
  const polls = Math.max(1, to.polls - from.polls);
  const selfWakes = to.selfWakes - from.selfWakes;
  const outside = to.wakes - from.wakes - selfWakes;
  const busyNs = busyAt(to) - busyAt(from);
  const scheduledNs = to.scheduledNs - from.scheduledNs;
  return {
    perSecond: ((to.polls - from.polls) * 1e9) / ns,
    selfShare: clamped(selfWakes / polls),
    outsidePerPoll: Math.max(0, outside) / polls,
    meanPollNs: Math.max(0, busyNs) / polls,
    idleShare: clamped(1 - (busyNs + scheduledNs) / ns),
    readyPerPoll: Math.max(0, readyOps) / polls,
  };
}

/** Of a poll that goes on, the server counts nothing yet. */
function busyAt(snapshot: Snapshot): number {
  return snapshot.busyNs + (isPolling(snapshot) ? snapshot.at - snapshot.pollStartedAt : 0);
}

export function isPolling({ pollStartedAt, pollEndedAt, isDropped }: Snapshot): boolean {
  return !isDropped && pollStartedAt > pollEndedAt;
}

/** Woken, and not polled since; or never polled at all, which is the same to an executor. */
export function isWoken({ polls, lastWakeAt, pollStartedAt }: Snapshot): boolean {
  return polls === 0 || lastWakeAt > pollStartedAt;
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share));
}
