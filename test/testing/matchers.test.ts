import { expect, it } from 'vitest';
import { EmptyProject } from '../package/empty-project.ts';

it('the matchers pass and fail as they say, and let the test go on', async () => {
  using project = new EmptyProject();
  project.lend('vitest');
  project.lend('selfwake', '.');
  project.write(
    'vitest.config.mjs',
    "export default { test: { setupFiles: ['selfwake/vitest'], testTimeout: 20000 } };",
  );
  project.write(
    'matchers.test.mjs',
    `import { expect, test } from 'vitest';
     import { createMonitor, Executor, Poll } from 'selfwake';
     class Impatient {
       left = 5;
       poll(cx) {
         if (this.left-- === 0) return Poll.Ready(undefined);
         cx.waker.wakeByRef();
         return Poll.Pending;
       }
     }
     const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
     const spin = async () => { for (;;) await null; };
     test('toBusyLoop', async () => {
       await expect(() => sleep(20)).not.toBusyLoop();
       await expect(spin).toBusyLoop();
       await expect(expect(spin).not.toBusyLoop()).rejects.toThrow('spin');
       await expect(expect(() => sleep(5)).toBusyLoop()).rejects.toThrow('it did not');
       await expect(expect(() => { throw new Error('own'); }).not.toBusyLoop()).rejects.toThrow('own');
     });
     test('those of a monitor', async () => {
       const monitor = createMonitor();
       await new Executor({ monitor }).blockOn(new Impatient());
       expect(monitor).toHaveNoFindings();
       expect(monitor).toHaveNoFindings({ rules: ['self-wake'], level: 'error' });
       expect(monitor).toSelfWakeAtMost('Impatient', 5);
       expect(() => expect(monitor).toSelfWakeAtMost('Impatient', 4)).toThrow('5 times; at most 4');
       expect(() => expect(monitor).toSelfWakeAtMost('Patient', 4)).toThrow('that were: Impatient');
       expect(() => expect(monitor).toHaveNoFindings({ rules: ['no-such'] })).toThrow('no-such');
       expect(() => expect(monitor).toHaveNoFindings({ thresholds: { 'self-wake': { streak: 2 } } })).not.toThrow();
     });`,
  );
  const run = await project.run(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run'],
    60_000,
  );
  expect(run.exitCode, run.story).toBe(0);
  expect(run.stdout, run.story).toContain('2 passed');
});
