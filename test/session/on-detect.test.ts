/** `--on-detect`: what is done about a finding. */
import { afterAll, describe, expect, it } from 'vitest';
import { NODES } from '../fixtures/runs.ts';
import type { Outcome } from '../package/running-program.ts';
import { UserProject } from '../cli/user-project.ts';

const project = new UserProject();
afterAll(() => project[Symbol.dispose]());

/** Begins to spin in a turn of the event loop; a timer of the program then tells that it lives on. */
const spinning = (start: string): string => `
  setImmediate(() => {
    ${start}
    setTimeout(() => {
      console.log('alive');
      process.stdin.on('data', () => process.exit(0));
    }, 20);
  });
`;

/** Runs it until it lives on and selfwake has said `sentence`, then lets it end. */
async function breakIn(node: string, sentence: string): Promise<Outcome> {
  const args = ['run', '--on-detect', 'break', '--', node, 'spins.mjs'];
  const run = project.startSelfwake(args, { stdio: 'pipe' });
  await run.until(({ stdout, stderr }) => stdout === 'alive\n' && stderr.includes(sentence));
  run.write('end');
  return run.ended;
}

const BREAKABLE = {
  microtasks: 'const spin = () => queueMicrotask(spin); spin();',
  ticks: 'const spin = () => process.nextTick(spin); spin();',
  awaits: '(async function spin() { for (;;) await null; })();',
};

describe.each(NODES)('on Node $version', ({ binary: node }) => {
  it.each(Object.entries(BREAKABLE))(
    '--on-detect break ends a loop of %s, and the program lives on',
    async (_, start) => {
      project.write('spins.mjs', spinning(start));
      const run = await breakIn(
        node,
        'selfwake: the loop in spin was broken; the program goes on.',
      );
      expect(run.exitCode, run.story).toBe(1);
    },
  );

  it('--on-detect break leaves a loop inside one callback alone, and says so', async () => {
    project.write(
      'spins.mjs',
      spinning('const end = Date.now() + 4000; (function spin() { while (Date.now() < end); })();'),
    );
    const run = await breakIn(node, 'cannot be broken safely');
    expect(run.exitCode, run.story).toBe(1);
  });

  it('--on-detect exit ends a starved program that does not hear SIGTERM', async () => {
    project.write('deaf.mjs', `process.on('SIGTERM', () => {}); ${spinning(BREAKABLE.awaits)}`);
    const run = await project.selfwake('run', '--on-detect', 'exit', '--', node, 'deaf.mjs');
    expect(run.exitCode, run.story).toBe(1);
    expect(run.stdout).toBe('');
  });
});

it('--on-detect break ends the task of an executor with an error of its own', async () => {
  project.write(
    'task.mjs',
    `import { Executor, Poll } from 'selfwake';
     class Impatient { poll(cx) { cx.waker.wakeByRef(); return Poll.Pending; } }
     await new Executor().blockOn(new Impatient()).catch((error) => console.log(error.code));`,
  );
  const run = await project.selfwake('run', '--on-detect', 'break', 'task.mjs');
  expect(run.exitCode, run.story).toBe(1);
  expect(run.stdout).toBe('busy-loop\n');
});
