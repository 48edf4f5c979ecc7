/** A program may end at any time, also while it is being looked into: nobody must notice. */
import { afterAll, describe, expect, it } from 'vitest';
import { NODES } from '../fixtures/runs.ts';
import { UserProject } from '../cli/user-project.ts';

const project = new UserProject();
afterAll(() => project[Symbol.dispose]());

/** Goes round by `again` until a trace is on, then ends by `end`. */
const loopUntilTraced = (again: string, end: string): string => `
  const { tracer } = globalThis[Symbol.for('selfwake.agent')];
  const round = () => {
    if (!tracer.isOn) return ${again}(round);
    ${end};
  };
  setTimeout(round, 50);
`;

const ENDS = {
  'process.exit': 'process.exit(7)',
  'its natural end': 'process.exitCode = 7',
  'an uncaught error': `process.on('exit', () => { process.exitCode = 7; }); throw new Error('mine')`,
};

describe.each(NODES)('on Node $version, a program that is traced', ({ binary: node }) => {
  it.each(
    Object.entries(ENDS).flatMap(([how, end]) =>
      ['setImmediate', 'queueMicrotask', 'process.nextTick'].map((again) => ({ how, end, again })),
    ),
  )('may end by $how in a loop over $again', async ({ end, again }) => {
    project.write('ends.mjs', loopUntilTraced(again, end));
    const run = await project.selfwake('run', '--fail-on', 'never', '--', node, 'ends.mjs');
    expect(run.exitCode, run.story).toBe(7);
    expect(run.stderr).not.toContain('debugger');
    expect(run.stderr.includes('Error: mine')).toBe(end.includes('mine'));
    expect(run.stdout).toBe('');
  });

  it.each(['process.exit(7)', 'worker.terminate().then(() => { process.exitCode = 7; })'])(
    'in a worker may be ended by %s',
    async (end) => {
      project.write(
        'worker.mjs',
        `import { parentPort } from 'node:worker_threads';
         const { tracer } = globalThis[Symbol.for('selfwake.agent')];
         let isTold = false;
         const round = () => {
           if (tracer.isOn && !isTold) { isTold = true; parentPort.postMessage('traced'); }
           setImmediate(round);
         };
         round();`,
      );
      project.write(
        'main.mjs',
        `import { Worker } from 'node:worker_threads';
         const worker = new Worker(new URL('./worker.mjs', import.meta.url));
         worker.on('message', () => { ${end}; });`,
      );
      const run = await project.selfwake('run', '--fail-on', 'never', '--', node, 'main.mjs');
      expect(run.exitCode, run.story).toBe(7);
      expect(run.stderr).not.toContain('debugger');
    },
  );
});
