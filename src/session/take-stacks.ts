/**
 * Stacks of a process that runs, taken by a tool that is on the machine: perf, else gdb or
 * eu-stack, which stop it for moments. The process is left as it was.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SelfwakeError } from '../model/errors.ts';

export interface Stacks {
  /** Text that readers of profiles know. */
  chunks: AsyncIterable<Buffer>;
  tool: 'perf' | 'gdb' | 'eu-stack';
  /** To be called when the text was read. */
  done(): void;
}

const SECONDS = 2;
const PER_SECOND = 199;

/** Walked by debug information, stacks show the functions that were inlined, too. */
const CALL_GRAPH = 'dwarf,16384';

/** Each look of a debugger stops the process for some tens of milliseconds. */
const LOOKS = 40;

/** A debugger that does not end would hold the process. */
const LOOK_TIMEOUT_MS = 15_000;

/** @throws {SelfwakeError} `no-stacks`, with what to install or to permit. */
export async function takeStacks(pid: number): Promise<Stacks> {
  const whys: string[] = [];
  const perf = await byPerf(pid, whys);
  if (perf !== null) return perf;
  for (const tool of ['gdb', 'eu-stack'] as const) {
    if (!isThere(tool)) continue;
    const first = look(tool, pid);
    if (first.length > 0) return { chunks: looks(tool, pid, first), tool, done: () => {} };
    whys.push(`${tool} could not attach`);
  }
  const why = whys.length > 0 ? whys.join('; ') : 'none of perf, gdb, eu-stack is installed';
  throw new SelfwakeError(
    'no-stacks',
    `No stacks of process ${pid} could be taken: ${why}. Install perf or gdb, and run as the process's own user or as root (see kernel.perf_event_paranoid, kernel.yama.ptrace_scope).`,
  );
}

async function byPerf(pid: number, whys: string[]): Promise<Stacks | null> {
  if (!isThere('perf')) return null;
  const folder = mkdtempSync(join(tmpdir(), 'selfwake-'));
  const done = () => rmSync(folder, { recursive: true, force: true });
  const file = join(folder, 'perf.data');
  const args = [
    'record',
    '-q',
    '-F',
    String(PER_SECOND),
    '--call-graph',
    CALL_GRAPH,
    '-p',
    String(pid),
    '-o',
    file,
  ];
  const status = await ended('perf', [...args, '--', 'sleep', String(SECONDS)]);
  if (status === 0) return { chunks: output('perf', ['script', '-i', file]), tool: 'perf', done };
  done();
  whys.push('perf may not record it');
  return null;
}

function ended(command: string, args: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', timeout: (SECONDS + 20) * 1000 });
    child.on('error', () => resolve(null));
    child.on('close', resolve);
  });
}

async function* output(command: string, args: readonly string[]): AsyncGenerator<Buffer> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  yield* child.stdout as AsyncIterable<Buffer>;
}

async function* looks(tool: 'gdb' | 'eu-stack', pid: number, first: Buffer) {
  yield first;
  for (let i = 1; i < LOOKS; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    yield look(tool, pid);
  }
}

/** Names come from the symbol table (`-readnever`): whole types, which debug information cuts. */
const GDB = ['-nx', '-readnever', '-batch', '-ex', 'set pagination off', '-ex', 'set width 0'];

function look(tool: 'gdb' | 'eu-stack', pid: number): Buffer {
  const args =
    tool === 'gdb'
      ? [...GDB, '-ex', 'thread apply all bt', '-p', String(pid)]
      : ['-p', String(pid)];
  const { stdout } = spawnSync(tool, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: LOOK_TIMEOUT_MS,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout ?? Buffer.alloc(0);
}

function isThere(tool: string): boolean {
  return spawnSync(tool, ['--version'], { stdio: 'ignore' }).error === undefined;
}
