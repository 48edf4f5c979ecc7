import { defineConfig } from 'vitest/config';
import { NoSkips } from './test/house/no-skips.ts';

/** Tests that start programs: each wants a core for the spin and one for the watcher. */
const processTests = [
  'test/{attach,browser,cli,session,fixtures,package,testing}/**/*.test.ts',
  'test/house/readme.test.ts',
  'test/tokio/**/*.test.ts',
];

/** They need programs that cargo builds: `.ci/run` does, and says where they are. */
const needsCargo = process.env['SELFWAKE_TOKIO'] === undefined ? ['test/tokio/**'] : [];

/** Where the machine-readable result goes; `.ci/run` counts from it. */
const resultFile = process.env['SELFWAKE_TEST_RESULT'];

const jsonReporter: [string, { outputFile: string }][] =
  resultFile === undefined ? [] : [['json', { outputFile: resultFile }]];

export default defineConfig({
  test: {
    allowOnly: false,
    reporters: ['default', new NoSkips(), ...jsonReporter],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: processTests,
          pool: 'forks',
          maxWorkers: 2,
          // Lost wakers are seen by the garbage collector: tests ask for it by `globalThis.gc`.
          execArgv: ['--expose-gc'],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'interleaved',
          // Once more with each task through `interleavePending`.
          include: ['test/core/**/*.test.ts'],
          env: { SELFWAKE_INTERLEAVED: '1' },
          pool: 'forks',
          maxWorkers: 2,
          execArgv: ['--expose-gc'],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'process',
          include: processTests,
          exclude: needsCargo,
          pool: 'forks',
          maxWorkers: 1,
          // Of the tests that say so: two programs on two cores.
          maxConcurrency: 2,
          // A watched program that got no core for seconds is run again; a defect fails each time.
          retry: 2,
          testTimeout: 90_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
