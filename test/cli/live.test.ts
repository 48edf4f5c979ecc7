/** What is seen and done while the program still runs. */
import { afterAll, describe, expect, it } from 'vitest';
import { SELFWAKE, TerminalProgram, terminals } from './terminal-program.ts';
import { headlines, UserProject } from './user-project.ts';

const project = new UserProject();
afterAll(() => project[Symbol.dispose]());

const FOUND = 'self-wake in ImpatientReader';

describe('a finding', () => {
  it('is shown when it is certain, not at the end, and then only named', async () => {
    const run = project.startSelfwake(['run', 'spin.mjs']);
    await run.until(({ stderr }) => stderr.includes('selfwake explain self-wake'));
    expect(run.isOver).toBe(false);
    expect(run.stderr).not.toContain('future type');
    process.kill(run.pid, 'SIGTERM');
    const { exitCode, stderr, story } = await run.ended;
    expect(exitCode, story).toBe(1);
    expect(headlines(stderr)).toEqual([
      expect.stringContaining(`${FOUND}  (proven)`),
      expect.stringContaining(`${FOUND}  (proven, shown above)`),
    ]);
    expect(stderr.match(/wakeByRef/g)).toHaveLength(1);
    expect(stderr.match(/future type/g)).toHaveLength(1);
  });

  it.each(['spin.mjs', 'stuck.mjs'])('ends %s with --on-detect exit', async (script) => {
    const run = await project.selfwake('run', '--on-detect', 'exit', script);
    expect(run.exitCode, run.story).toBe(1);
    expect(run.stdout).toBe('started\n');
  });

  it('below --fail-on does not end the program', async () => {
    const args = ['--on-detect', 'exit', '--fail-on', 'error'];
    const run = await project.selfwake('run', ...args, 'poll-after-ready.mjs', '5');
    expect(run.exitCode, run.story).toBe(0);
    expect(run.stderr).toContain('warning  poll-after-ready');
  });

  it('is found as early as the threshold says', async () => {
    const args = ['--on-detect', 'exit', '--threshold', 'self-wake.streak=150'];
    const run = await project.selfwake('run', ...args, 'spin.mjs');
    expect(run.exitCode, run.story).toBe(1);
    expect(run.stderr).toMatch(/woke its own task 1\d\d times in a row/);
    expect(run.stderr).toContain('threshold self-wake.streak=150');
  });
});

describe('--for', () => {
  it('ends a program that goes on, and judges what it saw', async () => {
    const run = await project.selfwake('run', '--for', '3s', 'waiting.mjs');
    expect(run.exitCode, run.story).toBe(0);
    expect(run.stdout).toBe('started\n');
    expect(run.stderr).toContain('ok  no busy loop found');
  });

  it('ends also a program that hears no signal', async () => {
    project.write('deaf.mjs', `process.on('SIGTERM', () => {}); await import('./stuck.mjs');`);
    const run = await project.selfwake('run', '--for', '1s', 'deaf.mjs');
    expect(run.exitCode, run.story).toBe(1);
    expect(headlines(run.stderr)).toEqual([
      expect.stringMatching(/spin-inside-poll in .*\(proven\)$/),
      expect.stringMatching(/spin-inside-poll in .*\(proven, shown above\)$/),
    ]);
  });
});

describe('Ctrl-C', () => {
  it.each(['spin.mjs', 'stuck.mjs'])('ends %s and prints the report once', async (script) => {
    const run = project.startSelfwake(['run', script]);
    await run.until(({ stderr }) => stderr.includes('selfwake explain'));
    process.kill(-run.pid, 'SIGINT');
    const { exitCode, stderr, story } = await run.ended;
    expect(exitCode, story).toBe(1);
    expect(stderr.match(/future type/g), story).toHaveLength(1);
    expect(stderr.match(/^found {2}1 error/gm), story).toHaveLength(1);
  });

  it('is passed on as the end of a healthy program', async () => {
    const run = project.startSelfwake(['run', 'waiting.mjs']);
    await run.until(({ stdout }) => stdout.includes('started'));
    process.kill(-run.pid, 'SIGINT');
    const { signal, stderr, story } = await run.ended;
    expect(signal, story).toBe('SIGINT');
    expect(stderr).toContain('ok  no busy loop found');
  });

  it('leaves the end to a program that handles it, and makes it at the third', async () => {
    project.write(
      'stubborn.mjs',
      `process.on('SIGINT', () => console.log('heard')); await import('./waiting.mjs');`,
    );
    const run = project.startSelfwake(['run', 'stubborn.mjs']);
    await run.until(({ stdout }) => stdout.includes('started'));
    for (const heard of [1, 2]) {
      process.kill(run.pid, 'SIGINT');
      await run.until(({ stdout }) => stdout.split('heard').length > heard);
    }
    expect(run.isOver).toBe(false);
    process.kill(run.pid, 'SIGINT');
    const { signal, story } = await run.ended;
    expect(signal, story).toBe('SIGKILL');
  });

  it.each(terminals())('at %s reaches the program once', async () => {
    // The shell between would hear the Ctrl-C as well.
    const terminal = new TerminalProgram(project, `exec ${SELFWAKE} run counts.mjs`);
    await terminal.says('started');
    terminal.type('\u0003');
    const { exitCode, stdout, story } = await terminal.ended;
    expect(stdout, story).toContain('heard 1');
    expect(stdout).toContain('no busy loop found');
    expect(exitCode, story).toBe(4);
  });
});
