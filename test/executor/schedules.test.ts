import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/core/context.ts';
import type { Future } from '../../src/core/future.ts';
import { Poll } from '../../src/core/poll.ts';
import { type Waker, yieldByRef } from '../../src/core/waker.ts';
import { Executor } from '../../src/executor/executor.ts';
import type { JoinHandle } from '../../src/executor/join-handle.ts';
import { type Chooser, exploreAllSchedules } from './all-schedules.ts';
import { CheckingRecorder } from './checking-recorder.ts';
import { FakeClock } from './fake-clock.ts';
import { ReferenceModel } from './reference-model.ts';

/** Steps from outside in one schedule; `npm run soak` may ask for more. */
const DEPTH = Number(process.env['SELFWAKE_SCHEDULE_DEPTH'] ?? 4);
const ANSWERS = ['pending', 'ready', 'threw'] as const;

/** One executor and its model, driven by the same choices. */
class Run {
  readonly recorder = new CheckingRecorder();
  /** Assertions that failed inside a poll, where the executor takes them for the task's own. */
  readonly failures: unknown[] = [];
  readonly executor = new Executor({
    recorder: this.recorder,
    // A slice that ends by the real clock would end elsewhere each time.
    clock: new FakeClock(),
    onPanic: (error) => {
      if ((error as Error).message !== 'threw') this.failures.push(error);
    },
  });
  readonly model: ReferenceModel;
  readonly handles: JoinHandle<number>[] = [];
  readonly wakers: (Waker | undefined)[] = [];
  readonly drops: number[] = [];
  readonly chooser: Chooser;
  /** Polls that may still choose what they do; later ones are Pending and do nothing. */
  choosingPolls: number;

  constructor(chooser: Chooser, tasks: number, choosingPolls: number) {
    this.chooser = chooser;
    this.choosingPolls = choosingPolls;
    this.model = new ReferenceModel(tasks);
    for (let task = 0; task < tasks; task += 1) {
      this.drops.push(0);
      this.handles.push(this.executor.spawn(this.#future(task)));
    }
  }

  /** Wake, yield or abort of any task, or drop of its waker, from wherever we are; or nothing. */
  act(): void {
    const tasks = this.handles.length;
    const choice = this.chooser.choose(1 + 4 * tasks);
    if (choice === 0) return;
    const task = (choice - 1) % tasks;
    const action = Math.floor((choice - 1) / tasks);
    const waker = this.wakers[task];
    if (action === 2) {
      this.model.abort(task);
      this.handles[task]!.abort();
    } else if (waker !== undefined && action === 0) {
      this.model.wake(task);
      waker.wakeByRef();
    } else if (waker !== undefined && action === 3) {
      waker.drop();
      this.wakers[task] = undefined;
    } else if (waker !== undefined) {
      this.model.yield(task);
      yieldByRef(waker, 'yield');
    }
  }

  slice(): void {
    this.model.startSlice();
    this.executor.runSlice();
    this.compare();
  }

  compare(): void {
    const { model, executor } = this;
    if (this.failures.length > 0) throw this.failures[0];
    mustEqual('violations', this.recorder.violations.join('; '), '');
    let live = 0;
    for (const [task, handle] of this.handles.entries()) {
      const hasEnded = model.outcomes[task] !== undefined;
      if (!hasEnded) live += 1;
      mustEqual(`task ${task} is finished`, handle.isFinished, hasEnded);
      mustEqual(`drops of task ${task}`, this.drops[task], model.drops[task]);
    }
    mustEqual('live tasks counted', executor.metrics().liveTasks, live);
    const listed = executor.liveTasks();
    mustEqual('live tasks listed', listed.length, live);
    const scheduled = listed.filter((task) => task.state === 'scheduled').length;
    mustEqual('scheduled tasks', scheduled, model.queue.length + model.deferred.length);
  }

  /** Whatever happened, every task ends exactly once. */
  end(): void {
    for (const waker of this.wakers) waker?.wake();
    for (let task = 0; task < this.handles.length; task += 1) this.model.abort(task);
    this.executor.shutdown();
    for (const waker of this.wakers) waker?.wakeByRef();
    this.compare();
    const { queuedTasks, deferredTasks, spawned, completed } = this.executor.metrics();
    mustEqual('left in queues', queuedTasks + deferredTasks, 0);
    mustEqual('completed', completed, spawned);
    for (const [task, handle] of this.handles.entries()) {
      mustEqual(`outcome of task ${task}`, outcomeOf(handle), this.model.outcomes[task]);
    }
  }

  #future(task: number): Future<number> {
    return {
      poll: (cx: Context) => {
        mustEqual('the task whose turn it is', task, this.model.startPoll());
        this.wakers[task] = cx.waker.clone();
        const isChoosing = this.choosingPolls > 0;
        this.choosingPolls -= 1;
        if (isChoosing) this.act();
        const answer = isChoosing ? ANSWERS[this.chooser.choose(ANSWERS.length)]! : 'pending';
        this.model.endPoll(task, answer);
        if (answer === 'threw') throw new Error('threw');
        return answer === 'ready' ? Poll.Ready(task) : Poll.Pending;
      },
      drop: () => {
        this.drops[task]! += 1;
      },
    };
  }
}

/** `expect` is too slow for a hundred thousand schedules. */
function mustEqual(what: string, is: unknown, shouldBe: unknown): void {
  if (is !== shouldBe) throw new Error(`${what}: is ${String(is)}, should be ${String(shouldBe)}`);
}

function outcomeOf(handle: JoinHandle<number>): string {
  const cx = { waker: { clone: () => null } } as unknown as Context;
  try {
    return handle.poll(cx).isReady ? 'ready' : 'pending';
  } catch (error) {
    const { message, code } = error as { message: string; code?: string };
    return code === 'TASK_ABORTED' ? 'aborted' : message;
  }
}

function explore(tasks: number, steps: number, choosingPolls: number): number {
  return exploreAllSchedules((chooser) => {
    const run = new Run(chooser, tasks, choosingPolls);
    for (let step = 0; step < steps; step += 1) {
      if (chooser.choose(2) === 0) run.slice();
      else run.act();
    }
    run.end();
  });
}

describe('every schedule of wake, yield, abort, poll and answer', () => {
  it('ends one task as the model says', () => {
    expect(explore(1, DEPTH + 1, 3)).toBeGreaterThan(10_000);
  }, 120_000);

  it('ends two tasks as the model says', () => {
    expect(explore(2, DEPTH - 1, 2)).toBeGreaterThan(10_000);
  }, 120_000);

  it('ends three tasks as the model says', () => {
    expect(explore(3, DEPTH - 1, 1)).toBeGreaterThan(10_000);
  }, 120_000);
});
