import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../house/repository-files.ts';

export interface Outcome {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** Both streams and the command, for the message of a failed test. */
  story: string;
}

/** A project of a user's: a folder of its own, far from ours, that is gone afterwards. */
export class EmptyProject {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'selfwake-project-'));

  constructor() {
    this.write('package.json', JSON.stringify({ private: true, type: 'module' }));
  }

  write(path: string, text: string): void {
    const full = join(this.folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }

  /** Lends a folder of ours: a package of `node_modules`, or (`.`) this one as it is built. */
  lend(name: string, from = `node_modules/${name}`): void {
    const to = join(this.folder, 'node_modules', name);
    mkdirSync(dirname(to), { recursive: true });
    symlinkSync(join(root, from), to, 'junction');
  }

  /** Runs a program here; never throws for what the program does, only if it takes too long. */
  run(command: string, args: readonly string[], limitMs = 60_000): Promise<Outcome> {
    return execute(command, args, this.folder, limitMs);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function execute(
  command: string,
  args: readonly string[],
  cwd: string,
  limitMs = 60_000,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: userEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, limitMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (exitCode) => {
      clearTimeout(timer);
      const story = `${[command, ...args].join(' ')}\nexit ${exitCode}\n${stdout}\n${stderr}`;
      if (isLate) reject(new Error(`Not done after ${limitMs} ms:\n${story}`));
      else resolve({ exitCode, stdout, stderr, story });
    });
  });
}

/** Ours, without what a test runner or npm has put there for its own children. */
function userEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(VITEST|NODE_ENV$|NODE_OPTIONS$|npm_(?!config_)|SELFWAKE_SESSION$)/.test(name),
    ),
  );
}
