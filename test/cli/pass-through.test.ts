/** The watched program is left as it is: its arguments, options, streams and environment. */
import { afterAll, describe, expect, it } from 'vitest';
import { UserProject } from './user-project.ts';

const project = new UserProject();
afterAll(() => project[Symbol.dispose]());

describe('a watched program', () => {
  it("gets its own arguments and options, also those that look like selfwake's", async () => {
    const own = ['--help', '--fail-on', 'x', '-x=1', '--', '--for', 'ever', '', 'a b'];
    const run = await project.selfwake('run', '--fail-on', 'error', 'healthy.mjs', ...own);
    expect(run.exitCode, run.story).toBe(0);
    expect(JSON.parse(run.stdout)).toEqual(own);
  });

  it('may be a command of any name', async () => {
    const run = await project.selfwake('run', '--', process.execPath, 'healthy.mjs', '--', 'x');
    expect(run.exitCode, run.story).toBe(0);
    expect(JSON.parse(run.stdout)).toEqual(['--', 'x']);
    expect(run.stderr).toContain('Patient');
  });

  it('is found without its extension, and in a folder with an index', async () => {
    project.write('service/index.js', `import '../healthy.mjs';`);
    project.write('healthy.js', `import './healthy.mjs';`);
    for (const script of ['healthy', 'service']) {
      const run = await project.selfwake('run', script, script);
      expect(run.exitCode, run.story).toBe(0);
      expect(JSON.parse(run.stdout)).toEqual([script]);
    }
  });

  it('owns stdout to the byte, and stdin', async () => {
    project.write(
      'echo.mjs',
      `await import('./healthy.mjs'); process.stdin.pipe(process.stdout, { end: false });`,
    );
    const run = project.startSelfwake(['run', 'echo.mjs'], { stdio: 'pipe' });
    run.write('first\n');
    await run.until(({ stdout }) => stdout === '[]\nfirst\n');
    run.closeInput('last, without an end of line');
    const { exitCode, stdout, story } = await run.ended;
    expect(exitCode, story).toBe(0);
    expect(stdout).toBe('[]\nfirst\nlast, without an end of line');
  });

  it("keeps NODE_OPTIONS of the user's, quoted ones as well", async () => {
    project.write('a preload.mjs', `globalThis.preloaded = true;`);
    project.write(
      'options.mjs',
      `await import('./healthy.mjs'); console.log(globalThis.preloaded, Error.stackTraceLimit);`,
    );
    const env = { NODE_OPTIONS: `--import "./a preload.mjs" --stack-trace-limit=33` };
    const run = await project.startSelfwake(['run', 'options.mjs'], { env }).ended;
    expect(run.exitCode, run.story).toBe(0);
    expect(run.stdout).toBe('[]\ntrue 33\n');
    expect(run.stderr).toContain('ok  no busy loop found');
  });

  it('sees nothing of selfwake but its own environment variable and NODE_OPTIONS', async () => {
    project.write('env.mjs', `console.log(JSON.stringify(process.env));`);
    const plain = await project.start(process.execPath, ['env.mjs']).ended;
    const watched = await project.selfwake('run', 'env.mjs');
    const { NODE_OPTIONS, SELFWAKE_SESSION, ...rest } = JSON.parse(watched.stdout);
    expect(NODE_OPTIONS).toMatch(/^--require=\S+preload\.cjs$/);
    expect(SELFWAKE_SESSION).toBeTypeOf('string');
    expect(rest).toEqual(JSON.parse(plain.stdout));
  });

  it('runs on, and is judged, when nobody reads what it prints', async () => {
    const run = project.startSelfwake(['run', '--report', 'json=unread.json', 'brief-spin.mjs']);
    run.stopReading();
    const { exitCode, story } = await run.ended;
    expect(exitCode, story).toBe(1);
    expect(JSON.parse(project.read('unread.json'))).toMatchObject({ verdict: 'found' });
  });

  it('gets EPIPE as it would without selfwake', async () => {
    project.write(
      'chatty.mjs',
      `await import('./healthy.mjs');
       process.stdout.on('error', ({ code }) => { process.exit(code === 'EPIPE' ? 6 : 5); });
       setInterval(() => console.log('line'), 5);`,
    );
    const run = project.startSelfwake(['run', 'chatty.mjs']);
    await run.until(({ stdout }) => stdout.includes('line'));
    run.stopReading();
    const { exitCode, story } = await run.ended;
    expect(exitCode, story).toBe(6);
  });
});
