/**
 * What `selfwake run` costs a program that it watches: start-up, memory, requests, work. Beside it
 * what others do all the time. A quick run has few pairs: its intervals are wide.
 * `SELFWAKE_BENCH_PAIRS=20 SELFWAKE_BENCH_SECONDS=60` says more, and takes hours.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { caseFolder } from '../corpus/case-folder.ts';
import type * as Listener from '../../src/session/listener.ts';
import type * as NodeOptions from '../../src/session/node-options.ts';
import type { Sample, Side, Trial } from './trial.ts';

/** Of one run of a program; null: each its own. */
const SECONDS = Number(process.env['SELFWAKE_BENCH_SECONDS']) || null;
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const SELFWAKE = here('../../bin/selfwake.js');
const DIST = here('../../dist/');

let made: Promise<string> | null = null;
/** The programs, with what they depend on; gone when this process ends. */
function folder(): Promise<string> {
  made ??= caseFolder(here('probe')).then((path) => {
    process.on('exit', () => rmSync(path, { recursive: true, force: true }));
    return path;
  });
  return made;
}

/** What stands before a program: nothing, `selfwake run`, or what others preload. */
type Before = readonly string[];
const BARE: Before = [];
const WATCHED: Before = [SELFWAKE, 'run'];

interface Started {
  firstLine: Promise<string>;
  /** Asks it to end, and answers when it has. */
  end(): Promise<void>;
}

async function start(before: Before, args: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, [...before, ...args], {
    cwd: await folder(),
    stdio: ['ignore', 'pipe', 'ignore'],
    // Nothing of what tsx and the bench told their own Node.
    env: { PATH: process.env['PATH'] },
  });
  const closed = once(child, 'close');
  const firstLine = new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    closed.then(
      ([code]) => reject(new Error(`${args.join(' ')} said nothing: exit code ${code}.`)),
      reject,
    );
  });
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    await closed;
  };
  return { firstLine, end };
}

/** The sample that a program prints. */
async function sampleOf(before: Before, args: readonly string[]): Promise<Sample> {
  const { firstLine, end } = await start(before, args);
  try {
    return JSON.parse(await firstLine) as Sample;
  } finally {
    await end();
  }
}

function worked(before: Before, program: string, seconds: number): Promise<Sample> {
  return sampleOf(before, [program, String(SECONDS ?? seconds)]);
}

async function loaded(before: Before, seconds: number): Promise<Sample> {
  const { firstLine, end } = await start(before, ['server.mjs']);
  try {
    return await sampleOf(BARE, ['load.mjs', await firstLine, String(seconds)]);
  } finally {
    await end();
  }
}

/** `node -e` in milliseconds: until its first line is there, and until it has ended. */
async function startUp(side: Side): Promise<Sample> {
  const session: typeof Listener = await import(`${DIST}session/listener.js`);
  const options: typeof NodeOptions = await import(`${DIST}session/node-options.js`);
  const bare = { PATH: process.env['PATH'] };
  const { socket, token, close } = await session.listen({ line() {}, answer() {}, gone() {} });
  const agent = { root: DIST, thresholds: {}, isExact: false, shallBreak: false };
  const watched = options.watchedEnvironment(bare, { socket, token, options: agent });
  try {
    const begunAt = performance.now();
    const child = spawn(process.execPath, ['-e', `require('fs').writeSync(1, '!')`], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: side === 'subject' ? watched : bare,
    });
    const closed = once(child, 'close');
    await once(child.stdout, 'data');
    const firstLineMs = performance.now() - begunAt;
    await closed;
    return { firstLineMs, endMs: performance.now() - begunAt };
  } finally {
    await close();
  }
}

function beside(name: string, before: Before): Trial {
  return {
    name,
    run: (side) => worked(side === 'subject' ? before : BARE, 'promises.mjs', 2),
    rows: [{ name, key: 'roundsPerCpuSecond', as: { ratio: true } }],
    pairs: 2,
  };
}

export const trials: Trial[] = [
  {
    name: 'start-up',
    run: startUp,
    rows: [
      { name: 'watched: to the first line', key: 'firstLineMs', as: { more: 'ms' } },
      { name: 'watched: to the end', key: 'endMs', as: { more: 'ms' }, limit: { atMost: 60 } },
    ],
    pairs: 20,
  },
  {
    name: 'memory',
    run: (side) => sampleOf(side === 'subject' ? WATCHED : BARE, ['at-rest.mjs']),
    rows: [
      {
        name: 'watched: a server at rest',
        key: 'residentMiB',
        as: { more: 'MiB' },
        limit: { atMost: 15 },
      },
    ],
    pairs: 6,
  },
  {
    name: 'server',
    run: (side) => loaded(side === 'subject' ? WATCHED : BARE, SECONDS ?? 2),
    rows: [
      {
        name: 'watched: requests per second',
        key: 'requestsPerSecond',
        as: { ratio: true },
        limit: { atLeast: 0.98 },
      },
      {
        name: 'watched: 99th percentile',
        key: 'p99Ms',
        as: { ratio: true },
        limit: { atMost: 1.05 },
      },
    ],
    pairs: 4,
  },
  {
    name: 'promises',
    run: (side) => worked(side === 'subject' ? WATCHED : BARE, 'promises.mjs', 3),
    rows: [
      {
        name: 'watched: promises',
        key: 'roundsPerCpuSecond',
        as: { ratio: true },
        limit: { atLeast: 0.98 },
      },
    ],
    pairs: 4,
  },
  {
    name: 'computing',
    run: (side) => worked(side === 'subject' ? WATCHED : BARE, 'computing.mjs', 20),
    rows: [
      {
        name: 'watched: computing, suspicious',
        key: 'roundsPerCpuSecond',
        as: { ratio: true },
        limit: { atLeast: 0.95 },
      },
    ],
    pairs: 2,
  },
  beside('async_hooks: promises', ['--require', './async-hooks.cjs']),
  beside('v8.promiseHooks: promises', ['--require', './promise-hooks.cjs']),
  beside('sampling profiler: promises', ['--require', './profiler.cjs']),
];
