/** Starts a program of `fixtures/tokio-*`, which `.ci/run` has built, and selfwake beside it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Finding } from '../../src/model/finding.ts';

const root = resolve(import.meta.dirname, '../..');
const binaries = process.env['SELFWAKE_TOKIO'] ?? '';

export interface TokioProgram {
  pid: number;
  /** Where it serves tokio-console. */
  target: string;
  /** What it printed, once it has ended. */
  output: Promise<string>;
  end(): void;
}

export interface Judged {
  exitCode: number;
  verdict: string;
  findings: Finding[];
  screen: string;
}

export async function start(
  name: string,
  variant: string,
  { seconds = 12, env = {} }: { seconds?: number; env?: Record<string, string> } = {},
): Promise<TokioProgram> {
  const port = await freePort();
  const target = `127.0.0.1:${port}`;
  const child = spawn(join(binaries, name), [variant], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      SELFWAKE_FIXTURE_SECONDS: String(seconds),
      ...('TOKIO_CONSOLE_RECORD_PATH' in env || 'PLAIN' in env
        ? {}
        : { TOKIO_CONSOLE_BIND: target }),
      ...env,
    },
  });
  return { pid: child.pid!, target, output: outputOf(child), end: () => child.kill('SIGKILL') };
}

/** Runs selfwake with these arguments and a JSON report. */
export async function selfwake(...args: string[]): Promise<Judged> {
  const folder = mkdtempSync(join(tmpdir(), 'selfwake-tokio-'));
  const file = join(folder, 'report.json');
  const command = [join(root, 'bin/selfwake.js'), ...args, '--report', `json=${file}`];
  try {
    const run = await new Promise<{ exitCode: number; screen: string }>((done) => {
      execFile(process.execPath, command, { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        done({
          exitCode: typeof error?.code === 'number' ? error.code : 0,
          screen: stdout + stderr,
        });
      });
    });
    const report = JSON.parse(readFileSync(file, 'utf8')) as Pick<Judged, 'verdict' | 'findings'>;
    return { ...run, ...report };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A profile of the program as people take one: its text, in a file that is removed later. */
export async function profiled(pid: number, name: string, folder: string): Promise<string> {
  const run = promisify(execFile);
  const [data, text] = [join(folder, `${name}.data`), join(folder, `${name}.script`)];
  const record = ['record', '-q', '-F', '499', '--call-graph', 'dwarf,16384', '-p', String(pid)];
  await run('perf', [...record, '-o', data, '--', 'sleep', '2']);
  await run('sh', ['-c', `perf script -i '${data}' > '${text}' 2>/dev/null`]);
  return text;
}

/** Findings that are no notes, as `rule: unit`. */
export function grave({ findings }: Judged): string[] {
  return findings
    .filter(({ level }) => level !== 'note')
    .map(({ rule, unit }) => `${rule}: ${unit.name}`);
}

async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((done) => child.once('close', done));
  return text;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
