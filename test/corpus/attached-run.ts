/** Runs programs of the corpus under plain Node, and attaches to them while they run. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import type { Observation } from './judge-case.ts';
import { HEADLINE, killGroup, readReport, run, SELFWAKE } from './watched-run.ts';

/** A program has begun to do what it does after this time, and after its onset. */
const BEGUN_MS = 1500;
const GRACE_MS = 20_000;
/** Healthy programs work for some seconds, and end by themselves. */
const HEALTHY_SECONDS = 4;
const HEALTHY_BEGUN_MS = 600;
const HEALTHY_LIMIT_MS = 120_000;

export interface AttachedSpin {
  node: string;
  folder: string;
  script: string;
  seconds: number;
  onsetSeconds: number;
}

/** Seconds are those of `selfwake attach`, from its start to its first finding. */
export async function attachToSpin(spin: AttachedSpin): Promise<Observation> {
  const program = start(spin.node, spin.folder, spin.script);
  await sleep(BEGUN_MS + spin.onsetSeconds * 1000);
  try {
    return await attachTo(program.pid, spin.folder, [], spin.seconds);
  } finally {
    killGroup(program.pid);
  }
}

/** The exit code and the output are the program's, which is let to its own end. */
export async function attachToHealthy(
  node: string,
  folder: string,
  script: string,
): Promise<Observation> {
  const program = start(node, folder, script);
  const killing = setTimeout(() => killGroup(program.pid), HEALTHY_LIMIT_MS);
  await sleep(HEALTHY_BEGUN_MS);
  const options = ['--for', `${HEALTHY_SECONDS}s`];
  const seen = await attachTo(program.pid, folder, options, HEALTHY_SECONDS);
  const ended = await program.ended;
  clearTimeout(killing);
  return { ...seen, ...ended };
}

async function attachTo(
  pid: number | undefined,
  folder: string,
  options: readonly string[],
  seconds: number,
): Promise<Observation> {
  const reportFile = join(folder, 'selfwake-report.json');
  rmSync(reportFile, { force: true });
  const report = ['--report', `json=${reportFile}`];
  const args = [SELFWAKE, 'attach', '--tree', String(pid), '--yes', ...report, ...options];
  const { firstSeen, ...ended } = await run(process.execPath, args, {
    folder,
    limitMs: seconds * 1000 + GRACE_MS,
    watchFor: { stream: 'stdout', pattern: HEADLINE },
  });
  return { ...ended, verdictSeconds: firstSeen, report: readReport(reportFile) };
}

interface Program {
  pid: number | undefined;
  ended: Promise<{ exitCode: number | null; stdout: string; hasHung: boolean }>;
}

function start(node: string, folder: string, script: string): Program {
  // A group of its own, so that what the program started ends with it.
  const child = spawn(node, [script], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.resume();
  const ended = new Promise<Awaited<Program['ended']>>((resolve) => {
    child.on('exit', (exitCode) => {
      setTimeout(() => killGroup(child.pid), 1000).unref();
      resolve({ exitCode, stdout, hasHung: exitCode === null });
    });
  });
  return { pid: child.pid, ended };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
