/**
 * `setupFiles: ['selfwake/vitest']` watches every test, and adds the matchers. A test that
 * starves the event loop fails with the finding, and the run goes on.
 */
import { beforeEach, expect } from 'vitest';
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

beforeEach(({ task }) => {
  const body = getFn(task);
  forgetTimeouts((message) => watch.hasCut && message.startsWith('Test timed out in'));
  // A test that is tried again has its own body back.
  setFn(task, async () => {
    setFn(task, body);
    return watch.run(task.fullTestName ?? task.name, body);
  });
});

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
