/** The line that tells how it goes: where it is, and where it must not be. */
import { afterAll, describe, expect, it } from 'vitest';
import { plain, SELFWAKE, TerminalProgram, terminals } from './terminal-program.ts';
import { UserProject } from './user-project.ts';

const project = new UserProject();
afterAll(() => project[Symbol.dispose]());

const LINE = /\r\u001b\[K(?:\u001b\[2m)?\d+ s, 1 process, nothing suspicious/;

project.write('at-rest.mjs', `console.log('started'); setTimeout(() => {}, 60_000);`);

async function started() {
  const program = project.start(process.execPath, ['at-rest.mjs']);
  await program.until(({ stdout }) => stdout.includes('started'));
  return program;
}

describe.each(terminals())('in %s', () => {
  it('attach tells once a second, on one line, and takes it away', async () => {
    const program = await started();
    try {
      const command = `${SELFWAKE} attach --yes ${program.pid}; echo "code $?"`;
      const terminal = new TerminalProgram(project, command);
      await terminal.says(LINE);
      const told = terminal.written.length;
      await terminal.says(LINE, told);
      process.kill(program.pid, 'SIGTERM');
      const { stdout } = await terminal.ended;
      const [before, after] = stdout.split(/\r\u001b\[K(?=selfwake: process)/);
      expect(before!.match(LINE)).not.toBeNull();
      // From the first line to its end nothing moves on to the next.
      expect(before!.slice(before!.search(LINE))).not.toContain('\n');
      expect(plain(after!)).toMatch(/^selfwake: process \d+ ended meanwhile[^]*ok {2}no busy/);
      expect(after).not.toContain('\u001b[K');
    } finally {
      if (!program.isOver) process.kill(program.pid, 'SIGKILL');
    }
  });

  it('run writes nothing among what the program prints', async () => {
    project.write(
      'talks.mjs',
      `process.stdout.write('half a line');
       setTimeout(() => console.log(', and the rest'), 3500);`,
    );
    const terminal = new TerminalProgram(project, `${SELFWAKE} run talks.mjs`);
    const { stdout } = await terminal.ended;
    expect(stdout).toMatch(/^tty \S+\r\nhalf a line, and the rest\r\n\r\n/);
  });
});

describe('without a terminal', () => {
  it('there is no such line', async () => {
    const program = await started();
    try {
      const run = await project.selfwake('attach', '--yes', '--for', '2s', String(program.pid));
      expect(run.exitCode, run.story).toBe(0);
      expect(run.stderr).not.toContain('\r');
      expect(run.stderr).not.toContain('nothing suspicious');
    } finally {
      process.kill(program.pid, 'SIGKILL');
    }
  });
});
