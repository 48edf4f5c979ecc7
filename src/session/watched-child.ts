/**
 * The watched program as a child process: it owns stdin, stdout and stderr, gets our
 * signals, and can be ended with a grace.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { SelfwakeError } from '../model/errors.ts';

/** Between asking a program to end and making it. A stuck program does not hear the asking. */
const GRACE_MS = 700;

export interface ChildEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ChildCommand {
  file: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Null: it shares all of ours. */
  apart: StreamsApart | null;
}

/** Streams that the child does not share with us: it finds nothing to read, and what it prints is handed on. */
export interface StreamsApart {
  streams: ReadonlySet<'stdin' | 'stdout' | 'stderr'>;
  onOutput(stream: 'stdout' | 'stderr', bytes: Buffer): void;
}

export class WatchedChild {
  readonly ended: Promise<ChildEnd>;
  readonly pid: number | undefined;
  readonly #child: ChildProcess;
  #killTimer: NodeJS.Timeout | null = null;
  #isOver = false;
  #wasEndedByUs = false;

  /** Starts the command. `ended` rejects with `cannot-start` when there is no such program. */
  constructor({ file, args, env, apart }: ChildCommand) {
    const has = (name: 'stdin' | 'stdout' | 'stderr'): boolean => apart?.streams.has(name) === true;
    const stdin = has('stdin') ? 'ignore' : 'inherit';
    const [stdout, stderr] = [has('stdout'), has('stderr')].map((is) => (is ? 'pipe' : 'inherit'));
    this.#child = spawn(file, args, { stdio: [stdin, stdout!, stderr!], env });
    for (const name of ['stdout', 'stderr'] as const) {
      this.#child[name]?.on('data', (bytes: Buffer) => apart?.onOutput(name, bytes));
    }
    this.pid = this.#child.pid;
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', (cause: NodeJS.ErrnoException) => {
        this.#over();
        reject(cannotStart(file, cause));
      });
      this.#child.once('exit', (code, signal) => {
        this.#over();
        void this.#lastOutput().then(() => resolve({ code, signal }));
      });
    });
  }

  /** True when it was selfwake, not the program or a user, who wanted it to end. */
  get wasEndedByUs(): boolean {
    return this.#wasEndedByUs;
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.#isOver) this.#child.kill(signal);
  }

  /** Asks the program to end, and makes it after {@link GRACE_MS}. */
  end(): void {
    if (this.#isOver || this.#killTimer !== null) return;
    this.#wasEndedByUs = true;
    this.#child.kill('SIGTERM');
    this.#killTimer = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
  }

  /** Of streams that are handed on; what it started may hold them for longer than we want to wait. */
  async #lastOutput(): Promise<void> {
    const streams = [this.#child.stdout, this.#child.stderr].filter((stream) => stream !== null);
    const open = streams.filter(({ closed }) => !closed);
    const allClosed = Promise.all(open.map((stream) => once(stream, 'close').catch(() => null)));
    await Promise.race([allClosed, sleep(GRACE_MS, null, { ref: false })]);
    for (const stream of open) stream.destroy();
  }

  #over(): void {
    this.#isOver = true;
    if (this.#killTimer !== null) clearTimeout(this.#killTimer);
  }
}

function cannotStart(file: string, cause: NodeJS.ErrnoException): SelfwakeError {
  const why = cause.code === 'ENOENT' ? 'there is no such program on the PATH' : cause.message;
  return new SelfwakeError('cannot-start', `Cannot start '${file}': ${why}.`, { cause });
}
