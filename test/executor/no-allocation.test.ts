/**
 * Polls and wakes allocate nothing once the code is optimized, whether a monitor watches or
 * not. Counted in bytes of heap and not in time: the smallest thing that can be allocated
 * takes 16 bytes, so one in sixteen polls would show.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Context,
  type Future,
  noteProgress,
  Poll,
  ProgressCell,
  type Waker,
  yieldByRef,
} from '../../src/core/index.ts';
import { Executor } from '../../src/executor/index.ts';
import { createMonitor, type Monitor } from '../../src/source/executor/monitor.ts';

/** Many, since a slice allocates: what arranges the next turn, and its readings of the clock. */
const TASKS = 1024;
const POLLS = 20_000;
/** The optimizer works beside us: it is done when it is done. */
const MAX_ROUNDS = 60;
const MAX_BYTES_A_POLL = 1;

/** One item a poll, so that a monitor has no reason to look closer. */
abstract class Endless implements Future<void> {
  waker: Waker | null = null;
  poll(cx: Context): Poll<void> {
    if (this.waker === null) this.waker = cx.waker.clone();
    noteProgress(ProgressCell.ITEMS, 1);
    this.rearm(cx);
    return Poll.Pending;
  }
  abstract rearm(cx: Context): void;
}

class SelfWaking extends Endless {
  rearm(cx: Context): void {
    cx.waker.wakeByRef();
  }
}

class Yielding extends Endless {
  rearm(cx: Context): void {
    yieldByRef(cx.waker, 'yield');
  }
}

class WakingNext extends Endless {
  next: WakingNext | null = null;
  rearm(): void {
    this.next?.waker?.wakeByRef();
  }
}

class WokenOutside extends Endless {
  rearm(): void {}
}

class Allocating extends SelfWaking {
  kept: object | null = null;
  override rearm(cx: Context): void {
    this.kept = { at: this.waker };
    super.rearm(cx);
  }
}

let monitor: Monitor | null = null;
let executor: Executor;
afterEach(() => {
  executor.shutdown();
  monitor?.close();
  monitor = null;
});

/** Bytes of heap that a poll takes, in the best of many rounds; a round that needed a collection took too many. */
async function bytesAPoll(futures: readonly Endless[]): Promise<number> {
  executor = new Executor(monitor ? { monitor } : {});
  for (const future of futures) executor.spawn(future);
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < MAX_ROUNDS && least > MAX_BYTES_A_POLL; round += 1) {
    drive(futures);
    globalThis.gc?.();
    await turn();
    await turn();
    collections = 0;
    const before = process.memoryUsage().heapUsed;
    const polls = drive(futures);
    const after = process.memoryUsage().heapUsed;
    await turn();
    await turn();
    if (collections === 0) least = Math.min(least, (after - before) / polls);
  }
  observer.disconnect();
  return least;
}

/** In slices of our own, so that the event loop, which does allocate, has no part in it. */
function drive(futures: readonly Endless[]): number {
  let polls = 0;
  while (polls < POLLS) {
    for (const future of futures) {
      if (future instanceof WokenOutside) future.waker?.wakeByRef();
    }
    polls += executor.runSlice();
  }
  return polls;
}

function ring(): WakingNext[] {
  const tasks = Array.from({ length: TASKS }, () => new WakingNext());
  tasks.forEach((task, at) => (task.next = tasks[(at + 1) % TASKS] ?? null));
  return tasks;
}

const workloads: [string, () => Endless[]][] = [
  ['wakes itself', () => Array.from({ length: TASKS }, () => new SelfWaking())],
  ['wakes another task', ring],
  ['yields', () => Array.from({ length: TASKS }, () => new Yielding())],
  ['is woken from outside', () => Array.from({ length: TASKS }, () => new WokenOutside())],
];

describe.each([false, true])('watched: %s', (isWatched) => {
  it.each(workloads)('a task that %s allocates nothing', async (_name, make) => {
    if (isWatched) monitor = createMonitor();
    expect(await bytesAPoll(make())).toBeLessThanOrEqual(MAX_BYTES_A_POLL);
  });
});

it('would see one object a poll', async () => {
  expect(await bytesAPoll([new Allocating()])).toBeGreaterThan(MAX_BYTES_A_POLL);
});
