import { afterAll, describe, expect, it } from 'vitest';
import { RULES } from '../../src/rules/index.ts';
import { UserProject } from './user-project.ts';

const project = new UserProject();
afterAll(() => project[Symbol.dispose]());

describe('selfwake rules', () => {
  it('lists every rule with its thresholds, as --threshold takes them', async () => {
    const { exitCode, stdout, story } = await project.selfwake('rules');
    expect(exitCode, story).toBe(0);
    const thresholds = stdout.match(/--threshold \S+/g) ?? [];
    const expected = RULES.flatMap(({ meta }) =>
      Object.entries(meta.thresholds).map(
        ([key, spec]) => `--threshold ${meta.id}.${key}=${spec.default}`,
      ),
    );
    expect(thresholds).toEqual(expected);
    for (const { meta } of RULES) expect(stdout).toMatch(new RegExp(`^${meta.id} {2}`, 'm'));
  });

  it('prints defaults that are accepted', async () => {
    const { stdout } = await project.selfwake('rules');
    const options = (stdout.match(/--threshold \S+/g) ?? []).flatMap((text) => text.split(' '));
    const run = await project.selfwake('run', ...options, 'healthy.mjs');
    expect(run.exitCode, run.story).toBe(0);
  });

  it('ends quietly when nobody reads on', async () => {
    const run = project.startSelfwake(['rules']);
    run.stopReading();
    const { exitCode, story } = await run.ended;
    expect(exitCode, story).toBe(0);
  });
});

describe('selfwake explain', () => {
  it.each(RULES.map(({ meta }) => meta.id))('prints the page of %s', async (id) => {
    const { exitCode, stdout, stderr, story } = await project.selfwake('explain', id);
    expect(exitCode, story).toBe(0);
    expect(stdout.startsWith(`# ${id}\n`)).toBe(true);
    expect(stderr).toBe('');
  });
});
