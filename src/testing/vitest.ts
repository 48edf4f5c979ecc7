/**
 * `setupFiles: ['selfwake/vitest']` watches every test, and adds the matchers. A test that
 * starves the event loop fails with the finding, and the run goes on.
 */
import { beforeAll, expect, type RunnerTestSuite } from 'vitest';
import { MATCHERS, type SelfwakeMatchers } from './matchers.ts';
import { forgetTimeouts } from './runner/orphan-timeout.ts';
import { TestWatch } from './runner/test-watch.ts';

declare module 'vitest' {
  // The name of the parameter is vitest's.
  interface Matchers<T> extends SelfwakeMatchers {}
}

const watch = TestWatch.start();
const { getFn, setFn } = await quietly(() => import('vitest/suite'));

expect.extend(MATCHERS);

// One hook of the file: vitest tells its main process of each hook of each test.
beforeAll(function wrapTests() {
  // Vitest 4 calls it with a context before the suite, and forbids other parameters for it.
  watchTests(Array.prototype.at.call(arguments, -1) as RunnerTestSuite);
  forgetTimeouts((message) => watch.hasCut && message.startsWith('Test timed out in'));
});

function watchTests({ tasks }: RunnerTestSuite): void {
  for (const task of tasks) {
    if (task.type === 'suite') {
      watchTests(task);
      continue;
    }
    const body = getFn(task);
    // One that is to be skipped may have none.
    if (body === undefined) continue;
    setFn(task, async () => watch.run(task.fullTestName ?? task.name, body));
  }
}

/** Vitest 4.1 calls this entry deprecated when it is loaded, and has none yet that sets a body. */
async function quietly<Module>(load: () => Promise<Module>): Promise<Module> {
  const { warn } = console;
  Object.assign(console, { warn: () => {} });
  try {
    return await load();
  } finally {
    Object.assign(console, { warn });
  }
}
