/** `selfwake attach`: programs that run already, on each Node. */
import { get } from 'node:http';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { headlines } from '../cli/user-project.ts';
import { NODES } from '../fixtures/runs.ts';
import { AttachProject } from './attached-programs.ts';

const project = new AttachProject();
afterEach(() => project.endAll());
afterAll(() => project[Symbol.dispose]());

const CLEAN = { ours: [], changed: 0, inspector: null };

describe.each(NODES)('on Node $version', ({ binary: node }) => {
  it.each([
    ['awaits', 'error  self-wake in Poller.pollUntilReady  (proven)', 'awaits.mjs:2:'],
    ['immediates', 'error  self-wake in Drain.drainQueue  (proven)', 'immediates.mjs:2:'],
    ['callback', 'error  spin-inside-poll in Lock.acquire  (proven)', 'callback.mjs:2:'],
    ['worker', 'error  self-wake in Poller.pollUntilReady  (proven)', ''],
  ] as const)(
    'names what spins in a program with %s, and its place',
    async (name, headline, at) => {
      const program = await project.begin(node, name);
      const { exitCode, stdout, story } = await project.attach(program);
      await project.end(program);
      expect(headlines(stdout)[0], story).toBe(headline);
      expect(stdout, story).toContain(at);
      expect(exitCode, story).toBe(1);
    },
  );

  it('finds nothing in a server at rest, and leaves it as it was', async () => {
    const program = await project.begin(node, 'server');
    const { exitCode, story } = await project.attach(program, '--for', '1s');
    expect(exitCode, story).toBe(0);
    expect(await project.leftIn(program)).toEqual(CLEAN);
    program.closeInput();
    expect((await program.ended).exitCode).toBe(0);
  });

  it('leaves a program as it was when killed in the middle', async () => {
    const program = await project.begin(node, 'immediates');
    const selfwake = project.startSelfwake([
      'attach',
      String(program.pid),
      '--yes',
      '--for',
      '60s',
    ]);
    await selfwake.until(({ stdout }) => stdout.includes('self-wake in'));
    process.kill(selfwake.pid, 'SIGKILL');
    await selfwake.ended;
    await expect.poll(() => project.leftIn(program), { timeout: 20_000 }).toEqual(CLEAN);
    program.closeInput();
    expect((await program.ended).exitCode).toBe(0);
  });

  it('--break ends a starving loop, and the program lives on', async () => {
    const program = await project.begin(node, 'awaits');
    const { exitCode, stderr, story } = await project.attach(program, '--break');
    expect(stderr, story).toContain('the loop in Poller.pollUntilReady was broken');
    expect(exitCode, story).toBe(1);
    expect(await project.leftIn(program)).toEqual(CLEAN);
    program.closeInput();
    expect((await program.ended).exitCode).toBe(0);
  });
});

const node = process.execPath;

it('lets two people attach at once: the second waits for the first', async () => {
  const program = await project.begin(node, 'server');
  const args = ['attach', String(program.pid), '--yes', '--for'];
  const first = project.startSelfwake([...args, '3s']);
  await first.until(({ stderr }) => stderr.includes('attached to node'));
  const second = project.startSelfwake([...args, '300ms']);
  for (const { ended } of [first, second]) {
    const { exitCode, story } = await ended;
    expect(exitCode, story).toBe(0);
  }
  expect(second.stderr).toContain('another selfwake is attached');
  expect(await project.leftIn(program)).toEqual(CLEAN);
  await project.end(program);
});

it('uses an inspector that is open, and leaves it open', async () => {
  const program = await project.begin(node, 'server', ['--inspect=0']);
  const before = await project.leftIn(program);
  const port = new URL(before.inspector ?? '').port;
  const byPid = await project.selfwake('attach', String(program.pid), '--for', '1s');
  expect(byPid.exitCode, byPid.story).toBe(0);
  const byAddress = await project.selfwake('attach', `127.0.0.1:${port}`, '--for', '1s');
  expect(byAddress.exitCode, byAddress.story).toBe(0);
  expect(await project.leftIn(program)).toEqual(before);
  await project.end(program);
});

it('loses no request of a server over some cycles', async () => {
  const program = await project.begin(node, 'server');
  await program.until(({ stdout }) => /port \d+\n/.test(stdout));
  const port = Number(/port (\d+)/.exec(program.stdout)?.[1]);
  const load = new Load(port);
  for (let cycle = 0; cycle < 4; cycle++) {
    const { exitCode, story } = await project.attach(program, '--for', '300ms');
    expect(exitCode, story).toBe(0);
  }
  const { answered, failed } = await load.end();
  expect(failed).toBe(0);
  expect(answered).toBeGreaterThan(100);
  expect(await project.leftIn(program)).toEqual(CLEAN);
  await project.end(program);
});

/** Asks a server one request after the other. */
class Load {
  answered = 0;
  failed = 0;
  #isOver = false;
  readonly #running: Promise<void>;

  constructor(port: number) {
    this.#running = this.#run(port);
  }

  async end(): Promise<this> {
    this.#isOver = true;
    await this.#running;
    return this;
  }

  async #run(port: number): Promise<void> {
    while (!this.#isOver) {
      await new Promise<void>((resolve) => {
        const request = get({ host: '127.0.0.1', port, agent: false }, (response) => {
          response.resume().on('end', () => {
            this.answered += 1;
            resolve();
          });
        });
        request.on('error', () => {
          this.failed += 1;
          resolve();
        });
      });
    }
  }
}
