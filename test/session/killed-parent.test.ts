/** `selfwake run` may be killed; the program is the user's, and lives on as if there had been none. */
import { afterAll, describe, expect, it } from 'vitest';
import { UserProject } from '../cli/user-project.ts';
import { NODES } from '../fixtures/runs.ts';

const project = new UserProject();
afterAll(() => project[Symbol.dispose]());

const BODIES = {
  'that waits': '',
  'that is looked into': 'const spin = () => setImmediate(spin); spin();',
};

describe.each(NODES)('on Node $version, a program', ({ binary: node }) => {
  it.each(Object.entries(BODIES))('%s lives on when selfwake is killed', async (_, body) => {
    project.write(
      'lives-on.mjs',
      `import { readdirSync } from 'node:fs';
       const { ppid } = process;
       const threads = () => readdirSync('/proc/self/task').length;
       ${body}
       setTimeout(() => {
         const most = threads();
         console.log('started');
         // The agent's thread ends, and the program by itself.
         setInterval(() => {
           if (process.ppid === ppid || threads() === most) return;
           console.log('lives on');
           process.exit(7);
         }, 20);
       }, 800);`,
    );
    const run = project.startSelfwake(['run', '--', node, 'lives-on.mjs']);
    await run.until(({ stdout }) => stdout.includes('started'));
    process.kill(run.pid, 'SIGKILL');
    const { stdout, story } = await run.ended;
    expect(stdout, story).toBe('started\nlives on\n');
  });
});
