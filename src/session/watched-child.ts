/**
 * The watched program as a child process: it owns stdin, stdout and stderr, gets our
 * signals, and can be ended with a grace.
 */
import { spawn, type ChildProcess } from 'node:child_process';
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
}

export class WatchedChild {
  readonly ended: Promise<ChildEnd>;
  readonly pid: number | undefined;
  readonly #child: ChildProcess;
  #killTimer: NodeJS.Timeout | null = null;
  #isOver = false;
  #wasEndedByUs = false;

  /** Starts the command. `ended` rejects with `cannot-start` when there is no such program. */
  constructor({ file, args, env }: ChildCommand) {
    this.#child = spawn(file, args, { stdio: 'inherit', env });
    this.pid = this.#child.pid;
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', (cause: NodeJS.ErrnoException) => {
        this.#over();
        reject(cannotStart(file, cause));
      });
      this.#child.once('exit', (code, signal) => {
        this.#over();
        resolve({ code, signal });
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

  #over(): void {
    this.#isOver = true;
    if (this.#killTimer !== null) clearTimeout(this.#killTimer);
  }
}

function cannotStart(file: string, cause: NodeJS.ErrnoException): SelfwakeError {
  const why = cause.code === 'ENOENT' ? 'there is no such program on the PATH' : cause.message;
  return new SelfwakeError('cannot-start', `Cannot start '${file}': ${why}.`, { cause });
}
