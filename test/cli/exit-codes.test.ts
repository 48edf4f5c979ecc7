/** What scripts and CI rely on: see the head of `src/cli/main.ts`. */
import { afterAll, describe, expect, it } from 'vitest';
import { UserProject } from './user-project.ts';

const project = new UserProject();
afterAll(() => project[Symbol.dispose]());

describe('the exit code', () => {
  it('is 0 when nothing was found and the program ended well', async () => {
    const run = await project.selfwake('run', 'healthy.mjs');
    expect(run.exitCode, run.story).toBe(0);
    expect(run.stderr).toContain('ok  no busy loop found');
  });

  it("is the program's own when nothing was found", async () => {
    const run = await project.startSelfwake(['run', 'healthy.mjs'], { env: { CODE: '7' } }).ended;
    expect(run.exitCode, run.story).toBe(7);
  });

  it('is 1 for a finding, whatever the program ended with', async () => {
    const run = await project.selfwake('run', '--record', 'seven.jsonl', 'brief-spin.mjs', '7');
    expect(run.exitCode, run.story).toBe(1);
    const kept = await project.selfwake('report', '--format', 'json', 'seven.jsonl');
    expect(JSON.parse(kept.stdout)).toMatchObject({
      processes: expect.arrayContaining([expect.objectContaining({ exitCode: 7, signal: null })]),
    });
  });

  it("is the program's own when findings shall not fail the run", async () => {
    const run = await project.selfwake('run', '--fail-on', 'never', 'brief-spin.mjs', '7');
    expect(run.exitCode, run.story).toBe(7);
    expect(run.stderr).toContain('self-wake in ImpatientReader');
  });

  it.each([
    { failOn: 'warning', exitCode: 1 },
    { failOn: 'error', exitCode: 0 },
  ])('is $exitCode for a warning with --fail-on $failOn', async ({ failOn, exitCode }) => {
    const run = await project.selfwake('run', '--fail-on', failOn, 'poll-after-ready.mjs');
    expect(run.exitCode, run.story).toBe(exitCode);
    expect(run.stderr).toContain('warning  poll-after-ready');
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('hands on that %s ended the program', async (end) => {
    project.write('dies.mjs', `console.log(process.pid); await import('./waiting.mjs');`);
    const run = project.startSelfwake(['run', 'dies.mjs']);
    await run.until(({ stdout }) => stdout.includes('started'));
    process.kill(Number.parseInt(run.stdout, 10), end);
    const { signal, stderr, story } = await run.ended;
    expect(signal, story).toBe(end);
    expect(stderr).toContain('ok  no busy loop found');
  });

  it('is 1, and nothing found is lost, when the program is killed in a spin', async () => {
    project.write('killed.mjs', `console.log(process.pid); await import('./spin.mjs');`);
    const run = project.startSelfwake(['run', '--report', 'json=killed.json', 'killed.mjs']);
    await run.until(({ stderr }) => stderr.includes('selfwake explain'));
    process.kill(Number.parseInt(run.stdout, 10), 'SIGKILL');
    const { exitCode, story } = await run.ended;
    expect(exitCode, story).toBe(1);
    expect(JSON.parse(project.read('killed.json'))).toMatchObject({
      verdict: 'found',
      findings: [{ rule: 'self-wake', unit: { name: 'ImpatientReader' } }],
      processes: expect.arrayContaining([
        expect.objectContaining({ exitCode: null, signal: 'SIGKILL' }),
      ]),
    });
  });

  it('leaves an uncaught error as it was', async () => {
    project.write('throws.mjs', `await import('./healthy.mjs'); throw new TypeError('its own');`);
    const run = await project.selfwake('run', 'throws.mjs');
    expect(run.exitCode, run.story).toBe(1);
    expect(run.stderr).toMatch(/TypeError: its own\n {4}at .*throws\.mjs:1:/);
    expect(run.stderr).toContain('ok  no busy loop found');
  });
});
