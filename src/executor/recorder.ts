/**
 * What the executor tells whoever records, on its hot path. The no-op recorder below has
 * the same shape, so that "off" is a choice of object and not an `if` at every call.
 *
 * Protocol, per task:
 * 1. `spawned` once; the record it answers is handed back with every later call.
 * 2. `woken` for every wake of a live task, from anywhere, before it is coalesced;
 *    `yielded` instead for a wake on purpose.
 * 3. `pollStarted` … `pollEnded` or `pollThrew` around each poll; never nested for one
 *    task, but a poll may drive another executor, so records of different tasks do nest.
 * 4. `completed` once: Ready, thrown, aborted or shut down.
 */
import type { Future } from '../core/future.ts';
import type { Waker, YieldReason } from '../core/waker.ts';

/** A recorder's own notes about one task; the executor reads and writes only what is here. */
export interface TaskRecord {
  /** The executor says so when somebody waits for the task: `blockOn`, or an awaited JoinHandle. */
  isAwaited: boolean;
}

export interface Recorder {
  /** False for the no-op: the executor then skips what only a recorder needs, such as spawn locations. */
  readonly isOn: boolean;
  /**
   * A task begins. `below` is the function whose caller is the spawn location: the
   * recorder takes the stack itself, once, and not at all when it is off.
   */
  spawned(
    future: Future<unknown>,
    name: string | null,
    below: (...args: never[]) => unknown,
  ): TaskRecord;
  /** A waker was made for the task: the only one that exists, besides its clones. */
  wakerMade(record: TaskRecord, waker: Waker): void;
  pollStarted(record: TaskRecord): void;
  /** Answers an error when the task is to be ended with it, else null. */
  pollEnded(record: TaskRecord, isReady: boolean): Error | null;
  pollThrew(record: TaskRecord): void;
  woken(record: TaskRecord): void;
  yielded(record: TaskRecord, reason: YieldReason): void;
  wakerCloned(record: TaskRecord): void;
  wakerDropped(record: TaskRecord): void;
  completed(record: TaskRecord): void;
}

const NO_RECORD: TaskRecord = { isAwaited: false };

// A class and not a literal: methods of a prototype are known to the optimizer without
// loading and comparing them, which is most of what a call that does nothing costs.
class NoopRecorder implements Recorder {
  readonly isOn = false;
  spawned(): TaskRecord {
    return NO_RECORD;
  }
  wakerMade(): void {}
  pollStarted(): void {}
  pollEnded(): null {
    return null;
  }
  pollThrew(): void {}
  woken(): void {}
  yielded(): void {}
  wakerCloned(): void {}
  wakerDropped(): void {}
  completed(): void {}
}

/** Records nothing. */
export const noopRecorder: Recorder = new NoopRecorder();
