/** Real tokio programs, built by cargo: what spins is found, what works is left alone. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SELFWAKE, TerminalProgram } from '../cli/terminal-program.ts';
import { EmptyProject } from '../package/empty-project.ts';
import { grave, profiled, selfwake, start } from './tokio-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfwake-tokio-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SERVE = 'tokio-close-notify/src/main.rs:35';
const TLS = 'tokio_rustls::server::TlsStream';

/** Watches its console for some seconds. */
async function watched(name: string, variant: string, ...args: string[]) {
  const program = await start(name, variant);
  try {
    return await selfwake('tokio', program.target, '--for', '5s', ...args);
  } finally {
    program.end();
  }
}

async function recorded(name: string, variant: string) {
  const file = join(folder, `${name}-${variant}.json`);
  const env = { TOKIO_CONSOLE_RECORD_PATH: file };
  const program = await start(name, variant, { seconds: 1.5, env });
  await program.output;
  const judged = await selfwake('report', file);
  rmSync(file);
  return judged;
}

/** Its profile alone, of a program that serves no console. */
async function sampled(name: string, variant: string) {
  const program = await start(name, variant, { env: { PLAIN: '1' } });
  try {
    await new Promise((done) => setTimeout(done, 1000));
    return await selfwake('profile', await profiled(program.pid, variant, folder));
  } finally {
    program.end();
  }
}

describe('the incident, in the real program', () => {
  it('is found by its console alone: task, place, and that it wakes itself', async () => {
    const judged = await watched('tokio-close-notify', 'spin');
    expect(judged.exitCode).toBe(1);
    expect(grave(judged)).toEqual([`self-wake: task at ${SERVE}`]);
    expect(judged.findings[0]?.task?.spawnedAt).toMatchObject({ line: 35 });
  });

  it('is found by its profile alone: the type', async () => {
    const judged = await sampled('tokio-close-notify', 'spin');
    expect(judged.exitCode).toBe(1);
    expect(grave(judged)).toEqual([`self-wake: ${TLS}`]);
  });

  it('is one finding by both together, task and type', async () => {
    const program = await start('tokio-close-notify', 'spin', { seconds: 25 });
    try {
      const judged = await selfwake('tokio', program.target, '--pid', String(program.pid));
      expect(judged.exitCode).toBe(1);
      expect(grave(judged)).toEqual([`self-wake: ${TLS}`]);
      expect(judged.findings[0]?.task?.spawnedAt).toMatchObject({ line: 35 });
      expect(judged.findings[0]?.chain.map(({ name }) => name)).toContain(
        'tokio_close_notify::serve',
      );
    } finally {
      program.end();
    }
  });

  it('is found in its recording, to the poll', async () => {
    const judged = await recorded('tokio-close-notify', 'spin');
    expect(judged.exitCode).toBe(1);
    expect(judged.findings[0]).toMatchObject({ rule: 'self-wake', level: 'error' });
    expect(judged.findings[0]?.evidence['streak']?.value).toBeGreaterThan(1000);
  });

  it('is over with the next version of rustls: silent, exit code 0', async () => {
    for (const judged of [
      await watched('tokio-close-notify-mended', 'spin'),
      await recorded('tokio-close-notify-mended', 'spin'),
    ]) {
      expect(grave(judged)).toEqual([]);
      expect(judged.exitCode).toBe(0);
    }
  });
});

describe('--watch', () => {
  it('shows where tasks are spawned, and what spins there', async () => {
    const program = await start('tokio-close-notify', 'spin');
    using project = new EmptyProject();
    try {
      const command = `${SELFWAKE} tokio --watch ${program.target}`;
      const terminal = new TerminalProgram(project, `${command}; echo "code $?"`);
      await terminal.shows(/^>error {3}task at .*\d[kM] /m);
      expect(terminal.screen).toMatch(/1 process, \d+ tasks, 1 error/);
      terminal.type('\r');
      await terminal.shows('wakes its own task in 100 % of these polls');
      terminal.type('qq');
      const { stdout } = await terminal.ended;
      expect(stdout).toMatch(/found {2}1 error[^]*code 1\r\n$/);
    } finally {
      program.end();
    }
  });
});

describe('programs that spin', () => {
  it('two tasks that wake each other: inferred by a console, seen in a recording', async () => {
    const live = await watched('tokio-wake-cycle', 'spin');
    expect(grave(live)).toHaveLength(1);
    expect(grave(live)[0]).toMatch(/^wake-cycle: task at tokio-wake-cycle\/src\/main.rs:(19|20)$/);
    expect(live.findings[0]?.message).toContain('inferred');
    const kept = await recorded('tokio-wake-cycle', 'spin');
    expect(kept.findings[0]).toMatchObject({ rule: 'wake-cycle', level: 'error' });
  });

  it('two tasks that wake each other: their profile names what they share', async () => {
    expect(grave(await sampled('tokio-wake-cycle', 'spin'))).toEqual([
      'wake-cycle: async_io::reactor::Source',
    ]);
  });

  it('a copy without room stays inside one poll', async () => {
    const live = await watched('tokio-inside-poll', 'copy-without-room');
    expect(live.findings.map(({ rule }) => rule)).toContain('never-yields');
    expect(grave(await sampled('tokio-inside-poll', 'copy-without-room'))).toEqual([
      'spin-inside-poll: tokio::io::util::copy::CopyBuffer',
    ]);
  });

  it.each(['decoder-errs', 'never-yields'])('%s: a poll that goes on', async (variant) => {
    const judged = await watched('tokio-inside-poll', variant);
    expect(judged.exitCode).toBe(1);
    expect(grave(judged)[0]).toMatch(/^never-yield(s|ed): task at tokio-inside-poll/);
  });

  it('a branch for a closed channel: a note by either, since small work looks the same', async () => {
    const live = await watched('tokio-waiting-wrong', 'closed-channel');
    expect(live.findings.map(({ messageId }) => messageId)).toEqual(['deferred']);
    const stacks = await sampled('tokio-waiting-wrong', 'closed-channel');
    expect(stacks.findings[0]?.rule).toBe('spin-inside-poll');
  });

  it('a lost waker: a note, since so waits who waits for ever on purpose', async () => {
    const judged = await watched('tokio-waiting-wrong', 'lost-waker');
    expect(judged.findings.map(({ rule }) => rule)).toEqual(['lost-waker']);
  });

  it('a future that wakes itself, and nothing else', async () => {
    expect(grave(await watched('tokio-waiting-wrong', 'impatient'))).toHaveLength(1);
    expect(grave(await sampled('tokio-waiting-wrong', 'impatient'))).toEqual([
      'self-wake: tokio_waiting_wrong::Impatient',
    ]);
  });
});

describe('healthy programs at full load', () => {
  it.concurrent.each([
    ['tokio-healthy-loads', 'futures-unordered'],
    ['tokio-healthy-loads', 'budget'],
    ['tokio-healthy-loads', 'driver'],
    ['tokio-healthy-loads', 'yields'],
    ['tokio-healthy-loads', 'ping-pong'],
    ['tokio-healthy-loads', 'echo'],
    ['tokio-inside-poll', 'healthy-decoder'],
    ['tokio-wake-cycle', 'healthy'],
    ['tokio-waiting-wrong', 'healthy-channel'],
  ])('%s %s: silent, and work was done', async (name, variant) => {
    const program = await start(name, variant, { seconds: 14 });
    const live = await selfwake('tokio', program.target, '--for', '4s');
    expect(live.exitCode, live.screen).toBe(0);
    const stacks = await selfwake('profile', await profiled(program.pid, variant, folder));
    expect(grave(stacks)).toEqual([]);
    expect(await program.output).toMatch(/worked [1-9]\d+ times/);
  });
});
