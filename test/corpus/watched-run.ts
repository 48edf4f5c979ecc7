/** Runs programs of the corpus: under `selfwake run`, and plain. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './cases.ts';
import type { Observation, PlainRun, Report } from './judge-case.ts';

export const SELFWAKE = join(ROOT, 'bin/selfwake.js');

/** A program that does not end is killed after this much more than it was given. */
const GRACE_MS = 15_000;
/** Healthy programs end by themselves, though on a busy machine it takes them a while. */
const HEALTHY_LIMIT_MS = 120_000;

/** What `selfwake run` prints above a finding that fails the run. */
export const HEADLINE = /^(?:error|warning)\s+[a-z-]+ in /m;

export interface SpinOptions {
  node: string;
  folder: string;
  script: string;
  /** The spin is ended after this time, if nothing was found. */
  seconds: number;
  /** From the start of `selfwake run` until a program's first line. */
  startUpSeconds: number;
}

export async function watchSpin(spin: SpinOptions): Promise<Observation> {
  const { node, folder, script, seconds, startUpSeconds } = spin;
  const options = ['--on-detect', 'exit', '--for', `${seconds}s`, script];
  return watch({ node, folder, options, limitMs: seconds * 1000 + GRACE_MS, startUpSeconds });
}

export async function watchHealthy(
  node: string,
  folder: string,
  script: string,
): Promise<Observation> {
  const options = ['--fail-on', 'never', script];
  return watch({ node, folder, options, limitMs: HEALTHY_LIMIT_MS, startUpSeconds: 0 });
}

export async function runPlain(node: string, folder: string, script: string): Promise<PlainRun> {
  const { exitCode, stdout } = await run(node, [script], { folder, limitMs: HEALTHY_LIMIT_MS });
  return { exitCode, stdout };
}

/** The middle of three, for programs that do nothing. */
export async function startUpSecondsOf(node: string, folder: string): Promise<number> {
  const script = join(folder, 'start-up.mjs');
  writeFileSync(script, "console.log('up');\n");
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const { firstSeen } = await run(node, [SELFWAKE, 'run', script], {
      folder,
      limitMs: GRACE_MS,
      watchFor: { stream: 'stdout', pattern: /^up$/m },
    });
    times.push(firstSeen ?? 0);
  }
  rmSync(script);
  return times.sort((a, b) => a - b)[1] ?? 0;
}

interface WatchOptions {
  node: string;
  folder: string;
  options: readonly string[];
  limitMs: number;
  startUpSeconds: number;
}

async function watch(watched: WatchOptions): Promise<Observation> {
  const { node, folder, options, limitMs, startUpSeconds } = watched;
  const reportFile = join(folder, 'selfwake-report.json');
  rmSync(reportFile, { force: true });
  const args = [SELFWAKE, 'run', '--report', `json=${reportFile}`, ...options];
  const { firstSeen, ...ended } = await run(node, args, {
    folder,
    limitMs,
    watchFor: { stream: 'stderr', pattern: HEADLINE },
  });
  const verdictSeconds = firstSeen === null ? null : Math.max(0, firstSeen - startUpSeconds);
  return { ...ended, verdictSeconds, report: readReport(reportFile) };
}

export function readReport(file: string): Report | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return null;
  }
}

interface RunOptions {
  folder: string;
  limitMs: number;
  watchFor?: { stream: 'stdout' | 'stderr'; pattern: RegExp };
}

interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  hasHung: boolean;
  /** Seconds until the pattern was there. */
  firstSeen: number | null;
}

export function run(node: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const { folder, limitMs, watchFor } = options;
  return new Promise((resolve, reject) => {
    const began = performance.now();
    // A group of its own, so that what the program started ends with it.
    const child = spawn(node, args, {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    const printed = { stdout: '', stderr: '' };
    let firstSeen: number | null = null;
    let hasHung = false;
    const killing = setTimeout(() => {
      hasHung = true;
      killGroup(child.pid);
    }, limitMs);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        printed[name] += chunk.toString();
        if (firstSeen !== null || watchFor?.stream !== name) return;
        if (watchFor.pattern.test(printed[name])) firstSeen = (performance.now() - began) / 1000;
      });
    }
    child.on('error', reject);
    child.on('exit', () => {
      // Children that hold the pipes would keep 'close' from coming.
      setTimeout(() => killGroup(child.pid), 1000).unref();
    });
    child.on('close', (exitCode) => {
      clearTimeout(killing);
      resolve({ exitCode, ...printed, hasHung, firstSeen });
    });
  });
}

export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
