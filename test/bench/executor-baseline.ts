/**
 * What somebody would write by hand instead of an executor, with the same queue,
 * the same waker state (wakes coalesce, also those in the poll; the waker is an object of
 * its own, let go of while the task is idle) and the same error containment (a throwing
 * poll ends its own task only). No budget, timers, join handles, recorder, abort, slices.
 */
import { Context, type Future, type Waker } from 'selfwake';
import { RunQueue } from '../../src/executor/run-queue.ts';

const IDLE = 0;
const SCHEDULED = 1;
const RUNNING = 2;
const NOTIFIED = 3;
const DONE = 4;

class HandTask {
  readonly loop: HandWrittenLoop;
  readonly future: Future<unknown>;
  context: Context | null;
  state = SCHEDULED;
  error: unknown = null;

  constructor(loop: HandWrittenLoop, future: Future<unknown>) {
    this.loop = loop;
    this.future = future;
    this.context = new HandWaker(this).context;
  }
}

class HandWaker implements Waker {
  readonly task: HandTask;
  readonly context: Context;

  constructor(task: HandTask) {
    this.task = task;
    this.context = new Context(this);
  }
  wakeByRef(): void {
    const task = this.task;
    if (task.state === RUNNING) {
      task.state = NOTIFIED;
    } else if (task.state === IDLE) {
      task.state = SCHEDULED;
      task.context = this.context;
      task.loop.queue.push(task);
    }
  }
  wake(): void {
    this.wakeByRef();
  }
  clone(): Waker {
    return this;
  }
  drop(): void {}
  willWake(other: Waker): boolean {
    return other === this;
  }
}

export class HandWrittenLoop {
  readonly queue = new RunQueue<HandTask>();

  spawn(future: Future<unknown>): void {
    this.queue.push(new HandTask(this, future));
  }

  /** Polls until nothing is runnable. */
  run(): void {
    const queue = this.queue;
    for (let task = queue.shift(); task !== null; task = queue.shift()) {
      task.state = RUNNING;
      let isReady: boolean;
      try {
        isReady = task.future.poll(task.context!).isReady;
      } catch (error) {
        task.error = error;
        isReady = true;
      }
      if (isReady) {
        task.state = DONE;
      } else if (task.state === NOTIFIED) {
        task.state = SCHEDULED;
        queue.push(task);
      } else {
        task.state = IDLE;
        task.context = null;
      }
    }
  }
}
