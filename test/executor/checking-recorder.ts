import type { Waker } from '../../src/core/waker.ts';
import type { Recorder, TaskRecord } from '../../src/executor/recorder.ts';

interface Checked extends TaskRecord {
  id: number;
  isPolling: boolean;
  isCompleted: boolean;
  hasAnswered: boolean;
  wakersMade: number;
}

/** Holds the executor to the protocol of `recorder.ts`; what breaks it is in `violations`. */
export class CheckingRecorder implements Recorder {
  readonly isOn = true;
  readonly violations: string[] = [];
  readonly calls: string[] = [];
  /** What the next `pollEnded` of a Pending poll answers. */
  verdict: Error | null = null;
  readonly #polling: Checked[] = [];
  #tasks = 0;

  spawned(): Checked {
    const record: Checked = {
      id: this.#tasks++,
      isAwaited: false,
      isPolling: false,
      isCompleted: false,
      hasAnswered: false,
      wakersMade: 0,
    };
    this.calls.push(`spawned ${record.id}`);
    return record;
  }
  wakerMade(record: TaskRecord, _waker: Waker): void {
    const task = this.#note('wakerMade', record);
    task.wakersMade += 1;
    this.#must(task.wakersMade === 1, task, 'two wakers');
  }
  pollStarted(record: TaskRecord): void {
    const task = this.#note('pollStarted', record);
    this.#must(!task.isPolling, task, 'polls of one task nest');
    this.#must(task.wakersMade === 1, task, 'polled without a waker');
    this.#must(!task.hasAnswered, task, 'polled after it was Ready');
    task.isPolling = true;
    this.#polling.push(task);
  }
  pollEnded(record: TaskRecord, isReady: boolean): Error | null {
    const task = this.#note(isReady ? 'pollReady' : 'pollPending', record);
    task.hasAnswered = isReady;
    this.#pollIsOver(task);
    if (isReady) return null;
    const verdict = this.verdict;
    this.verdict = null;
    return verdict;
  }
  pollThrew(record: TaskRecord): void {
    const task = this.#note('pollThrew', record);
    task.hasAnswered = true;
    this.#pollIsOver(task);
  }
  woken(record: TaskRecord): void {
    this.#note('woken', record);
  }
  yielded(record: TaskRecord): void {
    this.#note('yielded', record);
  }
  wakerCloned(record: TaskRecord): void {
    this.#note('wakerCloned', record);
  }
  wakerDropped(record: TaskRecord): void {
    this.#note('wakerDropped', record);
  }
  completed(record: TaskRecord): void {
    const task = this.#note('completed', record);
    this.#must(!task.isPolling, task, 'completed inside its poll');
    task.isCompleted = true;
  }

  #note(call: string, record: TaskRecord): Checked {
    const task = record as Checked;
    this.calls.push(`${call} ${task.id}`);
    this.#must(!task.isCompleted, task, `${call} after completed`);
    return task;
  }
  #pollIsOver(task: Checked): void {
    this.#must(this.#polling.pop() === task, task, 'polls overlap');
    task.isPolling = false;
  }
  #must(isKept: boolean, task: Checked, violation: string): void {
    if (!isKept) this.violations.push(`task ${task.id}: ${violation}`);
  }
}
