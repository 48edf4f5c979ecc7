import { type Context, Executor, type Future, Poll, type Waker } from 'selfwake';
import type { Comparison, Figure } from './comparison.ts';
import { HandWrittenLoop } from './executor-baseline.ts';
import type * as AnyWorkloads from './workloads.ts';

type Workloads = typeof AnyWorkloads;

/**
 * Each side polls classes of its own: the optimizer keeps a call's targets in the order in
 * which it met them, so that sharing a class would favour the side that ran first.
 */
const ours = await workloadsOf('ours');
const theirs = await workloadsOf('theirs');
const { manyOf } = ours;
/** Both sides do the same work: theirs does not measure anew what a microsecond is. */
const { turns } = new ours.Working(0, false);

const LIVE_TASKS = 1_000_000;

async function workloadsOf(side: string): Promise<Workloads> {
  return (await import(`./workloads.ts?side=${side}`)) as Workloads;
}

async function onExecutor(futures: Future<void>[]): Promise<void> {
  const executor = new Executor();
  const handles = futures.map((future) => executor.spawn(future));
  for (const handle of handles) await handle;
  executor.shutdown();
}

function byHand(futures: Future<void>[]): void {
  const loop = new HandWrittenLoop();
  for (const future of futures) loop.spawn(future);
  loop.run();
}

function comparison(
  name: string,
  operations: number,
  futures: (workloads: Workloads) => Future<void>[],
  limit?: NonNullable<Comparison['limit']>,
): Comparison {
  return {
    name,
    operations,
    subject: () => onExecutor(futures(ours)),
    baseline: () => byHand(futures(theirs)),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** Executor off (no recorder) against the loop by hand, event loop's turns included. */
export const comparisons: Comparison[] = [
  comparison(
    'executor ÷ by hand: empty polls, 1 task',
    200_000,
    ({ SelfWaking }) => manyOf(1, () => new SelfWaking(200_000)),
    { ratio: 1.5 },
  ),
  comparison(
    'executor ÷ by hand: empty polls, 100 tasks',
    1_000_000,
    ({ SelfWaking }) => manyOf(100, () => new SelfWaking(10_000)),
    { ratio: 1.5 },
  ),
  comparison('executor ÷ by hand: two tasks in turn', 200_000, ({ pair }) => pair(100_000), {
    ratio: 1.5,
  }),
  comparison(
    'executor ÷ by hand: 1 µs of work a poll',
    20_000,
    ({ Working }) => manyOf(10, () => new Working(2000, false, turns)),
    { ratio: 1.5 },
  ),
  comparison('executor ÷ by hand: spawn, poll once, end', 10_000, ({ SelfWaking }) =>
    manyOf(10_000, () => new SelfWaking(0)),
  ),
];

class NeverReady implements Future<void> {
  waker: Waker | null = null;
  poll(cx: Context): Poll<void> {
    this.waker = cx.waker.clone();
    return Poll.Pending;
  }
}

/** Heap of a million tasks that were polled once and wait, the future of 24 bytes not counted. */
async function bytesPerTask(): Promise<number> {
  const executor = new Executor();
  const futures = manyOf(LIVE_TASKS, () => new NeverReady());
  const before = heapUsed();
  for (const future of futures) executor.spawn(future);
  while (executor.metrics().queuedTasks > 0) executor.runSlice();
  const after = heapUsed();
  if (executor.metrics().liveTasks !== LIVE_TASKS) throw new Error('Not all tasks are alive.');
  executor.shutdown();
  return (after - before) / LIVE_TASKS;
}

function heapUsed(): number {
  if (globalThis.gc === undefined) throw new Error('This figure needs node --expose-gc.');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

export const figures: Figure[] = [
  { name: '1,000,000 live tasks', unit: 'bytes each', measure: bytesPerTask },
];
