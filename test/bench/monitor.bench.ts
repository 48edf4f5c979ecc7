/**
 * What a monitor costs: the same tasks on an executor that it watches and on one that nobody
 * watches. Both run in one process, so both recorders are known to the optimizer, as in a
 * program that watches one of its executors.
 */
import { createMonitor, Executor, type Future } from 'selfwake';
import type { Comparison } from './comparison.ts';
import { manyOf, pair, SelfWaking, Taking, Working } from './workloads.ts';

const monitor = createMonitor();

async function run(executor: Executor, futures: Future<void>[]): Promise<void> {
  const handles = futures.map((future) => executor.spawn(future));
  for (const handle of handles) await handle;
  executor.shutdown();
}

function comparison(
  name: string,
  operations: number,
  futures: () => Future<void>[],
  limit?: NonNullable<Comparison['limit']>,
): Comparison {
  return {
    name,
    operations,
    subject: () => run(new Executor({ monitor }), futures()),
    baseline: () => run(new Executor(), futures()),
    ...(limit === undefined ? {} : { limit }),
  };
}

export const comparisons: Comparison[] = [
  comparison(
    'monitor on ÷ off: 1 µs of work a poll',
    20_000,
    () => manyOf(10, () => new Working(2000, true)),
    { ratio: 1.1 },
  ),
  comparison(
    'monitor on ÷ off: empty polls, 1 task',
    200_000,
    () => manyOf(1, () => new Taking(200_000)),
    { addedNs: 30 },
  ),
  comparison(
    'monitor on ÷ off: empty polls, 100 tasks',
    1_000_000,
    () => manyOf(100, () => new Taking(10_000)),
    { addedNs: 30 },
  ),
  comparison('monitor on ÷ off: two tasks in turn', 200_000, () => pair(100_000), { addedNs: 30 }),
  {
    ...comparison(
      'monitor on ÷ off: under suspicion for 1 s',
      1_000_000,
      () => manyOf(1, () => new Working(1_000_000, false)),
      { ratio: 1.1 },
    ),
    isLong: true,
  },
  {
    ...comparison('monitor on ÷ off: empty polls under suspicion', 20_000_000, () =>
      manyOf(1, () => new SelfWaking(20_000_000)),
    ),
    isLong: true,
  },
  comparison('monitor on ÷ off: spawn, poll once, end', 10_000, () =>
    manyOf(10_000, () => new Taking(0)),
  ),
];
