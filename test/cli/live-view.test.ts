/** `--live`, as a person uses it: keys, size, and the terminal as it was before. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../house/repository-files.ts';
import { plain, SELFWAKE, TerminalProgram, terminals } from './terminal-program.ts';
import { UserProject } from './user-project.ts';

const project = new UserProject();
afterAll(() => project[Symbol.dispose]());

const ENTERED = '\u001b[?1049h';
const LEFT = '\u001b[?1049l';

project.write(
  'talking.mjs',
  `let read = '';
   process.stdin.on('data', (bytes) => { read += bytes; }).on('end', () => console.log('read: <' + read + '>'));
   console.error('to stderr');
   await import('./spin.mjs');`,
);

/** Terminal modes before and after, in a shell that goes on. */
const around = (command: string) =>
  `trap true INT; stty -g > before; ${command}; echo "code $?"; stty -g > after; cmp before after && echo same modes`;

function afterView(written: string): string {
  return plain(written.slice(written.lastIndexOf(LEFT))).replaceAll('\r\n', '\n');
}

describe.each(terminals())('in %s, run --live', () => {
  it('shows what spins, opens it, and leaves all as it was', async () => {
    const terminal = new TerminalProgram(project, around(`${SELFWAKE} run --live talking.mjs`));
    await terminal.shows(/^>error {3}ImpatientReader/m);
    const table = await terminal.shows(/ImpatientReader.*\d[kM]/);
    expect(table).toMatch(/selfwake run talking\.mjs +\d+ s, 1 process, 1 error/);
    expect(table).toMatch(/^ {9}process \d+/m);
    terminal.type('\r');
    await terminal.shows('self-wake in ImpatientReader  (proven)');
    terminal.type('G');
    await terminal.shows(/self-woken {2}\d/);
    terminal.type('qo');
    const output = await terminal.shows('read: <>');
    expect(output).toContain('started');
    expect(output).toContain('to stderr');
    terminal.type('q?');
    await terminal.shows('Rows are threads and units');
    terminal.type('q/process');
    await terminal.shows(/^>\s+process \d+/m);
    expect(terminal.screen).not.toContain('ImpatientReader');
    terminal.type('\rq');
    const { stdout, story } = await terminal.ended;
    expect(stdout.split(ENTERED), story).toHaveLength(2);
    expect(stdout.split(LEFT)).toHaveLength(2);
    expect(stdout.split('\u001b[?25l')).toHaveLength(stdout.split('\u001b[?25h').length);
    const rest = afterView(stdout);
    const [printed, report] = rest.split(/\n(?=\nerror)/, 2);
    expect(printed!.split('\n').toSorted()).toEqual(['read: <>', 'started', 'to stderr']);
    expect(report).toContain('self-wake in ImpatientReader  (proven)\n');
    expect(rest).toMatch(/\nfound {2}1 error in .*\ncode 1\nsame modes\n$/);
    // Nothing of the program has come between.
    expect(stdout.slice(0, stdout.indexOf(ENTERED))).not.toContain('started');
  });

  it('is drawn anew when the terminal has another size', async () => {
    const terminal = new TerminalProgram(project, `exec ${SELFWAKE} run --live spin.mjs`);
    await terminal.shows(/ImpatientReader.*\d[kM]/);
    expect(terminal.screen.split('\n')).toHaveLength(24);
    terminal.resize(44, 9);
    await terminal.shows(/^(.*\n){8}.*$/);
    const small = await terminal.shows(/^>error {3}ImpatientReader/m);
    expect(Math.max(...small.split('\n').map((line) => line.length))).toBeLessThanOrEqual(44);
    terminal.resize(200, 50);
    await terminal.shows(/^(.*\n){49}.*$/);
    expect(await terminal.shows(/traces/)).toContain('barren/s');
    terminal.type('q');
    const { exitCode, story } = await terminal.ended;
    expect(exitCode, story).toBe(1);
  });

  it('ends with Ctrl-C as without it', async () => {
    const terminal = new TerminalProgram(project, around(`${SELFWAKE} run --live waiting.mjs`));
    await terminal.shows('1 process, nothing suspicious');
    terminal.type('o');
    await terminal.shows('started');
    terminal.type('\u0003');
    const rest = afterView((await terminal.ended).stdout);
    expect(rest).toContain('started\n');
    expect(rest).toContain('ok  no busy loop found');
    expect(rest).toMatch(/code 130\nsame modes/);
  });

  it('reaches a program that handles Ctrl-C once, and has its exit code', async () => {
    const terminal = new TerminalProgram(project, around(`${SELFWAKE} run --live counts.mjs`));
    await terminal.shows('1 process');
    terminal.type('o');
    await terminal.shows('started');
    terminal.type('\u0003');
    const rest = afterView((await terminal.ended).stdout);
    expect(rest).toContain('heard 1\n');
    expect(rest).toMatch(/code 4\nsame modes/);
  });

  it('gives the terminal back while it is stopped, and takes it again', async () => {
    const shell = `PS1='$ ' exec bash --norc -i`;
    const terminal = new TerminalProgram(project, shell);
    terminal.type(`${SELFWAKE} run --live waiting.mjs\r`);
    await terminal.shows('1 process, nothing suspicious');
    terminal.type('\u001a');
    await terminal.says('Stopped');
    expect(terminal.written.lastIndexOf(LEFT)).toBeGreaterThan(
      terminal.written.lastIndexOf(ENTERED),
    );
    const stopped = terminal.written.length;
    terminal.type('stty -a\r');
    await terminal.says(/ icanon[^]* echo /, stopped);
    terminal.type('fg\r');
    await terminal.says(ENTERED, stopped);
    const again = terminal.written.length;
    await terminal.says('1 process, nothing suspicious', again);
    terminal.type('q');
    await terminal.says('no busy loop found', again);
    terminal.type('exit\r');
    await terminal.ended;
  });

  it('is no end for a signal that the program takes', async () => {
    const command = `${SELFWAKE} run --live waiting.mjs & echo "pid $!"; wait $!`;
    const terminal = new TerminalProgram(project, around(`(trap '' TTOU TTIN; ${command})`));
    await terminal.shows('1 process, nothing suspicious');
    process.kill(Number(/^pid (\d+)/m.exec(terminal.written)![1]), 'SIGTERM');
    const rest = afterView((await terminal.ended).stdout);
    expect(rest).toContain('ok  no busy loop found');
    expect(rest).toMatch(/code 143\nsame modes/);
  });
});

describe.each(terminals())('in %s, attach --live', () => {
  it('shows the threads and what spins in them until somebody quits', async () => {
    project.write(
      'poller.mjs',
      `let isReady = false;
       function check() { if (!isReady) setImmediate(check); }
       console.log('started');
       check();
       setTimeout(() => process.exit(0), 60_000);`,
    );
    const program = project.start(process.execPath, ['poller.mjs']);
    try {
      await program.until(({ stdout }) => stdout.includes('started'));
      const command = `${SELFWAKE} attach --live --yes ${program.pid}`;
      const terminal = new TerminalProgram(project, around(command));
      const table = await terminal.shows(/^>error {3}check .*\d/m);
      expect(table).toContain(`selfwake attach ${program.pid}`);
      // Without a view it would leave now.
      await terminal.shows(new RegExp(`process ${program.pid} .* 1?\\d\\d %`));
      terminal.type('q');
      const rest = afterView((await terminal.ended).stdout);
      expect(rest).toMatch(/attached to node[^]*detached; it stood still[^]*self-wake in check/);
      expect(rest).toMatch(/code 1\nsame modes/);
      expect(program.isOver).toBe(false);
    } finally {
      if (!program.isOver) process.kill(program.pid, 'SIGKILL');
    }
  });
});

describe.each(terminals())('in %s, a view that breaks', () => {
  it('gives the terminal back before the error is printed', async () => {
    const terminal = pathToFileURL(join(root, 'dist/cli/live/terminal.js')).href;
    project.write(
      'breaks.mjs',
      `import { Terminal } from '${terminal}';
       const view = new Terminal({ screen: process.stderr, keys: process.stdin, onKey() {}, onChange() {} });
       view.open();
       setTimeout(() => { throw new Error('broken'); }, 10);`,
    );
    const program = new TerminalProgram(project, around(`'${process.execPath}' breaks.mjs`));
    const { stdout } = await program.ended;
    expect(afterView(stdout)).toMatch(/Error: broken\n[^]*code 1\nsame modes/);
  });
});

describe('without a terminal', () => {
  it.each([
    ['run', '--live', 'healthy.mjs'],
    ['attach', '--live', '1'],
    ['tokio', '--watch'],
  ])('%s %s says so, and starts nothing', async (...args) => {
    const run = await project.selfwake(...args);
    expect(run.exitCode, run.story).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toBe(
      `selfwake: ${args[1]} wants a terminal, and stderr is none. Leave it out, or do not redirect stderr.\n`,
    );
  });

  it.each(terminals())('for its output, the program has it as ever', async () => {
    const command = `${SELFWAKE} run --live healthy.mjs > out; echo "code $?"; cat out`;
    const terminal = new TerminalProgram(project, command);
    const { stdout } = await terminal.ended;
    expect(afterView(stdout)).toMatch(/ok {2}no busy loop found[^]*code 0\n\[\]\n$/);
  });
});
