/**
 * A command in a terminal of its own, as a person has it: what its screen shows, keys, size. The
 * terminal is lent by `script` of util-linux, which is everywhere on Linux.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../house/repository-files.ts';
import type { Outcome, RunningProgram } from '../package/running-program.ts';
import type { EmptyProject } from '../package/empty-project.ts';

const SCRIPT = '/usr/bin/script';

/** For a command line of a shell. */
export const SELFWAKE = `'${process.execPath}' '${join(root, 'bin/selfwake.js')}'`;

/** `it.each(terminals())`: there is none on systems where `script` takes other arguments. */
export const terminals = (): string[] =>
  process.platform === 'linux' && existsSync(SCRIPT) ? ['a terminal'] : [];

export class TerminalProgram {
  readonly #program: RunningProgram;

  /** `command` is one of a shell, at a terminal of this size. */
  constructor(project: EmptyProject, command: string, columns = 80, lines = 24) {
    const sized = `stty cols ${columns} rows ${lines}; echo "tty $(tty)"; ${command}`;
    this.#program = project.start(SCRIPT, ['-qec', sized, '/dev/null'], {
      stdio: 'pipe',
      env: { TERM: 'xterm-256color' },
    });
  }

  /** All that was written to the terminal so far. */
  get written(): string {
    return this.#program.stdout;
  }

  get ended(): Promise<Outcome> {
    return this.#program.ended;
  }

  /** What the live view shows now: its last picture, without colours. */
  get screen(): string {
    const picture = this.written.slice(this.written.lastIndexOf('\u001b[H') + 3);
    const lines = plain(picture).split('\r\n');
    return lines.map((line) => line.trimEnd()).join('\n');
  }

  type(keys: string): void {
    this.#program.write(keys);
  }

  resize(columns: number, lines: number): void {
    const terminal = /^tty (\S+)/m.exec(this.written)![1]!;
    execFileSync('stty', ['-F', terminal, 'cols', `${columns}`, 'rows', `${lines}`]);
  }

  /** Until the view shows it. */
  async shows(text: string | RegExp): Promise<string> {
    await this.#program.until(() => this.written.includes('\u001b[H') && has(this.screen, text));
    return this.screen;
  }

  /** Until it was written, wherever. */
  async says(text: string | RegExp, after = 0): Promise<void> {
    await this.#program.until(() => has(this.written.slice(after), text));
  }
}

export function plain(text: string): string {
  return text.replace(/\u001b\[[\d;?]*[A-Za-z]/g, '');
}

function has(text: string, part: string | RegExp): boolean {
  return typeof part === 'string' ? text.includes(part) : part.test(text);
}
