import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';

export interface Outcome {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** Both streams and the command, for the message of a failed test. */
  story: string;
}

export interface ProgramOptions {
  cwd: string;
  /** Beside the environment of a user. */
  env?: Readonly<Record<string, string>>;
  stdio?: StdioOptions;
  /** A program that takes longer is killed, and `ended` rejects. */
  limitMs?: number;
}

/**
 * A program as a user starts it from a terminal, the leader of a process group, and what it
 * has said so far.
 */
export class RunningProgram {
  stdout = '';
  stderr = '';
  /** Never rejects for what the program does, only if it takes too long or cannot start. */
  readonly ended: Promise<Outcome>;
  readonly #child: ChildProcess;
  readonly #command: string;
  #onNews: () => void = () => {};
  #isOver = false;

  constructor(command: string, args: readonly string[], options: ProgramOptions) {
    const { cwd, env = {}, stdio = ['ignore', 'pipe', 'pipe'] } = options;
    this.#command = [command, ...args].join(' ');
    this.#child = spawn(command, args, {
      cwd,
      detached: true,
      stdio,
      env: { ...userEnvironment(), ...env },
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#onNews();
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#onNews();
    });
    this.ended = this.#end(options.limitMs ?? 60_000);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Kills it with all that it has started: who is killed alone leaves its children behind. */
  kill(): void {
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // All of it is over.
    }
  }

  write(text: string): void {
    this.#child.stdin!.write(text);
  }

  closeInput(lastText = ''): void {
    this.#child.stdin!.end(lastText);
  }

  /** Nobody reads what the program prints any more: its next write fails with EPIPE. */
  stopReading(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  /** Until `isSo`, which is asked again at each output; rejects when the program ends without. */
  until(isSo: (said: this) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onNews = () => {
        if (isSo(this)) resolve();
        else if (this.#isOver) reject(new Error(`It ended without:\n${this.#story(null)}`));
      };
      this.#onNews();
    });
  }

  #end(limitMs: number): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        this.kill();
      }, limitMs);
      this.#child.on('error', reject);
      this.#child.on('close', (exitCode, signal) => {
        clearTimeout(timer);
        this.#isOver = true;
        this.#onNews();
        const { stdout, stderr } = this;
        const story = this.#story(exitCode ?? signal);
        if (isLate) reject(new Error(`Not done after ${limitMs} ms:\n${story}`));
        else resolve({ exitCode, signal, stdout, stderr, story });
      });
    });
  }

  #story(end: number | string | null): string {
    return `${this.#command}\nend: ${end}\n${this.stdout}\n${this.stderr}`;
  }
}

/** Ours, without what a test runner or npm has put there for its own children. */
function userEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(VITEST|NODE_ENV$|NODE_OPTIONS$|npm_(?!config_)|SELFWAKE_SESSION$)/.test(name),
    ),
  );
}
