import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Context, type Future, Poll, Waker } from '../../src/core/index.ts';
import { Executor } from '../../src/executor/index.ts';
import { createMonitor, type Monitor } from '../../src/source/executor/monitor.ts';

let monitor: Monitor;
beforeEach(() => {
  monitor = createMonitor();
});
afterEach(() => monitor.close());

/** Several collections, with turns of the loop in which their callbacks run. */
async function collect(): Promise<void> {
  for (let i = 0; i < 6; i += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function findings(): string[] {
  return monitor.findings().map(({ rule, level, unit }) => `${level} ${rule} in ${unit.name}`);
}

/** Waits, and leaves its waker with nobody. */
class Forgetful implements Future<void> {
  polls = 0;
  poll(_cx: Context): Poll<void> {
    this.polls += 1;
    return Poll.Pending;
  }
}

/** Waits for whoever it gave its waker to. */
class Waiting implements Future<void> {
  readonly waiters: Waker[];
  constructor(waiters: Waker[]) {
    this.waiters = waiters;
  }
  poll(cx: Context): Poll<void> {
    this.waiters.push(cx.waker.clone());
    return Poll.Pending;
  }
}

/** Of somebody else's making: it keeps every future it was given, and polls it when told to. */
class OnDemand {
  readonly futures: Future<unknown>[] = [];
  spawn(future: Future<unknown>): void {
    this.futures.push(future);
  }
  pollAll(): void {
    for (const future of this.futures) poll(future);
  }
}

/** With a waker of its own, as every poll of such an executor. */
function poll(future: Future<unknown>): void {
  const wakeByRef = (): void => {};
  future.poll(Context.fromWaker(Waker.fromArcWake({ wakeByRef })));
}

it('are seen in a task of our executor', async () => {
  const executor = new Executor({ monitor });
  executor.spawn(new Forgetful());
  executor.runSlice();
  await collect();
  expect(findings()).toEqual(['warning lost-waker in Forgetful']);
});

describe('under an executor of the program', () => {
  it('are seen in a task that it keeps', async () => {
    const executor = monitor.instrument(new OnDemand());
    executor.spawn(new Forgetful());
    executor.pollAll();
    await collect();
    expect(findings()).toEqual(['warning lost-waker in Forgetful']);
    expect(executor.futures).toHaveLength(1);
  });

  it('are none while a clone of the waker is left', async () => {
    const waiters: Waker[] = [];
    const future = monitor.instrument(new Waiting(waiters));
    let clones = 0;
    const raw = {
      clone: () => ({ ...raw, number: ++clones }),
      wake() {},
      wakeByRef() {},
      drop() {},
    };
    future.poll(Context.fromWaker(Waker.fromRaw(raw)));
    await collect();
    expect(clones).toBe(1);
    expect(findings()).toEqual([]);
    waiters.length = 0;
    await collect();
    expect(findings()).toEqual(['warning lost-waker in Waiting']);
  });

  it('are none in a task that was woken and not yet polled', async () => {
    const waiters: Waker[] = [];
    const future = monitor.instrument(new Waiting(waiters));
    poll(future);
    waiters.pop()?.wake();
    await collect();
    expect(findings()).toEqual([]);
  });

  it('are none where tasks are polled without being woken', async () => {
    const future = monitor.instrument(new Forgetful());
    poll(future);
    poll(future);
    await collect();
    expect(findings()).toEqual([]);
  });

  it('are none in a task that was given up, with or without a word', async () => {
    const dropped: Future<void> = monitor.instrument(new Forgetful());
    poll(dropped);
    dropped.drop?.();
    poll(monitor.instrument(new Forgetful()));
    expect(monitor.snapshot().liveTasks).toBe(1);
    await collect();
    expect(findings()).toEqual([]);
    expect(monitor.snapshot().liveTasks).toBe(0);
    expect(dropped).toBeInstanceOf(Forgetful);
  });
});
