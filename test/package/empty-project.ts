import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../house/repository-files.ts';
import { type Outcome, type ProgramOptions, RunningProgram } from './running-program.ts';

/** A project of a user's: a folder of its own, far from ours, that is gone afterwards, with whatever still runs in it. */
export class EmptyProject {
  readonly #started: RunningProgram[] = [];
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
    return this.start(command, args, { limitMs }).ended;
  }

  /** The same, for who wants to see or signal it while it runs. */
  start(
    command: string,
    args: readonly string[],
    options: Omit<ProgramOptions, 'cwd'> = {},
  ): RunningProgram {
    const program = new RunningProgram(command, args, { ...options, cwd: this.folder });
    this.#started.push(program);
    return program;
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  [Symbol.dispose](): void {
    for (const program of this.#started) if (!program.isOver) program.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function execute(
  command: string,
  args: readonly string[],
  cwd: string,
  limitMs = 60_000,
): Promise<Outcome> {
  return new RunningProgram(command, args, { cwd, limitMs }).ended;
}
