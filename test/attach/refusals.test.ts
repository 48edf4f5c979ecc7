/** What `selfwake attach` does not do, and says instead; and `selfwake ps`. */
import { createServer } from 'node:net';
import { afterAll, afterEach, expect, it } from 'vitest';
import { AttachProject } from './attached-programs.ts';

const project = new AttachProject();
afterEach(() => project.endAll());
afterAll(() => project[Symbol.dispose]());

const node = process.execPath;

it.each([
  ['2147483000', 'There is no process 2147483000'],
  ['nonsense', "'nonsense' is no process id and no address"],
  ['127.0.0.1:1', 'No inspector answers at 127.0.0.1:1'],
])('says why it cannot attach to %s', async (target, sentence) => {
  const { exitCode, stderr, story } = await project.selfwake('attach', target, '--yes');
  expect(stderr, story).toContain(sentence);
  expect(exitCode, story).toBe(2);
});

it('sends no signal without --yes where nobody can be asked', async () => {
  const program = await project.begin(node, 'server');
  const { exitCode, stderr, story } = await project.selfwake('attach', String(program.pid));
  expect(stderr, story).toContain('Nothing was sent');
  expect(exitCode, story).toBe(2);
  expect((await project.leftIn(program)).inspector).toBe(null);
  await project.end(program);
});

it.runIf(process.platform === 'linux')('sends no signal to what is no Node program', async () => {
  const program = project.start('sleep', ['60']);
  const { exitCode, stderr, story } = await project.attach(program);
  expect(stderr, story).toContain('is no Node process but sleep');
  expect(exitCode, story).toBe(2);
  expect((await project.end(program)).signal).toBe('SIGKILL');
});

it('says that the port of the inspector is taken, and by whom', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const program = await project.begin(node, 'server', [`--inspect-port=${port}`]);
  const { exitCode, stderr, story } = await project.attach(program);
  expect(stderr, story).toContain(`Port ${port}`);
  expect(stderr, story).toContain(`is in use by process ${process.pid}`);
  expect(exitCode, story).toBe(2);
  await project.end(program);
  server.close();
});

it('says that a program has taken the signal for itself', async () => {
  project.write(
    'listens.mjs',
    `process.on('SIGUSR1', () => {}); console.log('begun'); setInterval(() => {}, 1000);`,
  );
  const program = project.start(node, ['--inspect-port=0', 'listens.mjs']);
  await program.until(({ stdout }) => stdout.includes('begun'));
  const { exitCode, stderr, story } = await project.attach(program);
  expect(stderr, story).toContain('it listens on that signal itself');
  expect(exitCode, story).toBe(2);
  await project.end(program);
});

it('lists Node processes, those that look as if they spun first', async () => {
  const [spins, rests] = [await project.begin(node, 'awaits'), await project.begin(node, 'server')];
  const { exitCode, stdout, story } = await project.selfwake('ps');
  const lines = stdout.split('\n');
  const lineOf = ({ pid }: { pid: number }): number =>
    lines.findIndex((line) => line.startsWith(`${pid} `));
  expect(lineOf(spins), story).toBeGreaterThan(0);
  expect(lineOf(rests), story).toBeGreaterThan(lineOf(spins));
  expect(lines[lineOf(rests)], story).toContain('calm');
  expect(exitCode, story).toBe(0);
  await Promise.all([project.end(spins), project.end(rests)]);
});
