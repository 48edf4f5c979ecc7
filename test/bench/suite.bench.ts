/**
 * What it costs to watch the tests of a suite: 300 in 25 files, some of them computing, some
 * waiting for timers, files and servers, by each runner with its one line of configuration
 * and without. Vitest and Node's runner start a process for each file, mocha one for all;
 * jest runs them in its own here, as it does with few files.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { EmptyProject } from '../package/empty-project.ts';
import type { Sample, Side, Trial } from './trial.ts';

const FILES = 25;
const root = fileURLToPath(new URL('../..', import.meta.url));
const textOf = (name: string): string => readFileSync(join(root, 'test/bench/suite', name), 'utf8');

interface Runner {
  packages: string[];
  /** What a file of tests imports of the runner. */
  imports: string;
  /** How its files are written: as they are, or compiled. */
  format: 'ts' | 'esm' | 'cjs';
  fileOf(number: number): string;
  /** Arguments of Node, and the files beside the tests that they name. */
  args(side: Side): string[];
  files: Record<string, string>;
  /** A process for each file, so that the start of a worker thread in it weighs. */
  startsMany: boolean;
  pairs: number;
}

const testsOf = (end: string): string[] =>
  Array.from({ length: FILES }, (_, i) => `tests/${i + 1}.${end}`);

const RUNNERS: Record<string, Runner> = {
  vitest: {
    packages: ['vitest'],
    imports: "import { describe, it } from 'vitest';",
    format: 'ts',
    fileOf: (number) => `tests/${number}.test.ts`,
    args: (side) => ['node_modules/vitest/vitest.mjs', 'run', '--config', `${side}.config.mjs`],
    files: {
      'baseline.config.mjs': 'export default {};',
      'subject.config.mjs': "export default { test: { setupFiles: ['selfwake/vitest'] } };",
    },
    startsMany: true,
    pairs: 6,
  },
  'node:test': {
    packages: [],
    imports: "import { describe, it } from 'node:test';",
    format: 'esm',
    fileOf: (number) => `tests/${number}.mjs`,
    args: (side) => [
      ...(side === 'subject' ? ['--import', 'selfwake/node-test'] : []),
      '--test',
      ...testsOf('mjs'),
    ],
    files: {},
    startsMany: true,
    pairs: 6,
  },
  jest: {
    packages: ['jest', 'jest-environment-node'],
    imports: '',
    format: 'cjs',
    fileOf: (number) => `tests/${number}.test.cjs`,
    args: (side) => ['node_modules/jest/bin/jest.js', '--config', `${side}.json`],
    files: {
      'baseline.json': JSON.stringify({ testMatch: ['**/*.test.cjs'] }),
      'subject.json': JSON.stringify({
        testMatch: ['**/*.test.cjs'],
        testEnvironment: 'selfwake/jest',
      }),
    },
    startsMany: false,
    pairs: 6,
  },
  mocha: {
    packages: ['mocha'],
    imports: '',
    format: 'esm',
    fileOf: (number) => `tests/${number}.mjs`,
    args: (side) => [
      'node_modules/mocha/bin/mocha.js',
      ...(side === 'subject' ? ['--require', './node_modules/selfwake/dist/testing/mocha.js'] : []),
      ...testsOf('mjs'),
    ],
    files: {},
    startsMany: false,
    pairs: 10,
  },
};

const ENDS = { ts: 'ts', esm: 'mjs', cjs: 'cjs' };

function written({ packages, imports, format, fileOf, files }: Runner): EmptyProject {
  const project = new EmptyProject();
  for (const each of packages) project.lend(each);
  // A copy, for what is linked is source to vite. It finds what it needs in ours.
  for (const each of ['dist', 'package.json']) {
    cpSync(join(root, each), join(project.folder, 'node_modules/selfwake', each), {
      recursive: true,
    });
  }
  for (const each of ['acorn', 'picocolors', '@jridgewell/trace-mapping']) project.lend(each);
  const end = ENDS[format];
  const compiled = (text: string): string =>
    format === 'ts' ? text : transformSync(text, { loader: 'ts', format, target: 'node20' }).code;
  project.write(`tests/shop.${end}`, compiled(textOf('shop.ts')));
  const tests = textOf('tests.ts')
    .replace(/^import \{ describe.*$/m, imports)
    .replace('./shop.ts', `./shop.${end}`);
  for (let number = 1; number <= FILES; number += 1) {
    project.write(fileOf(number), compiled(tests.replace('FILE = 1', `FILE = ${number}`)));
  }
  for (const [path, text] of Object.entries(files)) project.write(path, text);
  return project;
}

/** Wall clock and CPU time of all its processes, which the shell tells. */
async function timed(folder: string, args: readonly string[]): Promise<Sample> {
  const command = '"$@" >output.txt 2>&1 || exit; times';
  const begunAt = performance.now();
  const child = spawn('sh', ['-c', command, 'sh', process.execPath, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], CI: '1' },
  });
  let times = '';
  child.stdout.on('data', (text: Buffer) => (times += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  const wallMs = performance.now() - begunAt;
  if (code !== 0) throw new Error(readFileSync(join(folder, 'output.txt'), 'utf8'));
  const ofChildren = times.trim().split('\n').at(-1) ?? '';
  const seconds = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  return { wallMs, cpuSeconds: seconds.reduce((sum, each) => sum + each, 0) };
}

export const trials: Trial[] = Object.entries(RUNNERS).map(([name, runner]) => {
  let project: EmptyProject | null = null;
  return {
    name,
    run: (side) => {
      if (project === null) {
        const made = written(runner);
        process.on('exit', () => made[Symbol.dispose]());
        project = made;
      }
      return timed(project.folder, runner.args(side));
    },
    rows: [
      {
        name: `${name}: duration`,
        key: 'wallMs',
        as: { ratio: true },
        ...(runner.startsMany ? {} : { limit: { atMost: 1.05 } }),
      },
      { name: `${name}: CPU time of all processes`, key: 'cpuSeconds', as: { ratio: true } },
    ],
    pairs: runner.pairs,
  };
});
