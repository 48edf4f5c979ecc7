/** The configuration, suppressions at the place, baselines and differences. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserProject } from './user-project.ts';

const project = new UserProject();
afterAll(() => project[Symbol.dispose]());

const report = (...args: string[]) => project.selfwake('report', ...args, 'spin.jsonl');

beforeAll(async () => {
  project.lend('tsx');
  await project.selfwake('run', '--on-detect', 'exit', '--record', 'spin.jsonl', 'spin.mjs');
  await project.selfwake('run', '--record', 'healthy.jsonl', 'healthy.mjs');
});
beforeEach(() => {
  for (const end of ['json', 'js', 'ts']) {
    rmSync(join(project.folder, `selfwake.config.${end}`), { force: true });
  }
});

describe('selfwake.config', () => {
  it('is read as JSON, JavaScript and TypeScript', async () => {
    const config = "{ failOn: 'never' }";
    project.write('selfwake.config.json', '{ "failOn": "never" }');
    expect((await report()).exitCode).toBe(0);
    rmSync(join(project.folder, 'selfwake.config.json'));
    project.write('selfwake.config.js', `export default ${config};`);
    expect((await report()).exitCode).toBe(0);
    rmSync(join(project.folder, 'selfwake.config.js'));
    project.write(
      'selfwake.config.ts',
      `import { defineConfig, type SelfwakeConfig } from 'selfwake/config';
       const config: SelfwakeConfig = ${config};
       export default defineConfig(config);`,
    );
    const run = await report();
    expect(run.exitCode, run.story).toBe(0);
    const flag = await report('--fail-on', 'warning');
    expect(flag.exitCode, flag.story).toBe(1);
  });

  it('turns rules off, and sets levels and thresholds', async () => {
    project.write('selfwake.config.json', '{ "rules": { "self-wake": "note" } }');
    expect((await report()).stdout).toContain('note  self-wake in ImpatientReader');
    project.write('selfwake.config.json', '{ "rules": { "self-wake": "off" } }');
    expect((await report()).stdout).not.toContain('self-wake in');
    const thresholds = { 'self-wake': { streak: 1e9, perSecond: 1e9 } };
    project.write('selfwake.config.json', JSON.stringify({ thresholds }));
    expect((await report()).stdout).not.toContain('error  self-wake');
  });

  it.each([
    ['{ "failOn": "sometimes" }', "'failOn' is none of error"],
    ['{ "fialOn": "error" }', "'fialOn' is not known"],
    ['{ "rules": { "no-such": "off" } }', "There is no rule 'no-such'"],
    ['{ "suppressions": [{ "rule": "self-wake" }] }', "'suppressions[0].reason' is missing"],
    ['{', 'Cannot read'],
  ])('that is wrong is refused: %s', async (text, why) => {
    project.write('selfwake.config.json', text);
    const run = await report();
    expect(run.exitCode, run.story).toBe(2);
    expect(run.stderr).toContain(why);
  });

  it('suppresses, tells what it suppressed, and what was of no use', async () => {
    const suppressions = [
      { rule: 'self-wake', unit: 'Impatient*', reason: 'issue 12' },
      { rule: 'hot-retry', reason: 'gone' },
    ];
    project.write('selfwake.config.json', JSON.stringify({ suppressions }));
    const run = await report('--report', 'json=out.json');
    expect(run.exitCode, run.story).toBe(0);
    const text = run.stdout.replace(/\s+/g, ' ');
    expect(text).toContain('Suppressed by configuration: self-wake in ImpatientReader: issue 12');
    expect(text).toContain('A suppression of the configuration fits no finding: hot-retry.');
    const json = JSON.parse(project.read('out.json')) as {
      suppressed: object[];
      unusedSuppressions: string[];
    };
    expect(json).toMatchObject({ verdict: 'ok', suppressed: [{ by: 'configuration' }] });
    expect(json.unusedSuppressions).toHaveLength(1);
  });
});

it('a comment at the place suppresses its finding, and one that is of no use is told', async () => {
  const lines = project.read('spin.mjs').split('\n');
  const at = lines.findIndex((line) => line.includes('wakeByRef'));
  lines.splice(at, 0, '// selfwake-ignore-next-line self-wake -- a test of the tool');
  lines.splice(at + 2, 0, '// selfwake-ignore-next-line hot-retry -- of no use');
  project.write('marked.mjs', lines.join('\n'));
  const run = await project.selfwake('run', '--for', '3s', 'marked.mjs');
  expect(run.exitCode, run.story).toBe(0);
  const text = run.stderr.replace(/\s+/g, ' ');
  expect(text).toContain('Suppressed by comment: self-wake in ImpatientReader: a test of the tool');
  expect(text).toMatch(/The comment at marked\.mjs:\d+ suppresses no finding of hot-retry/);
});

describe('a baseline', () => {
  it('lets pass what is in it, and fails on what got worse', async () => {
    const made = await project.selfwake('baseline', 'spin.jsonl', '-o', 'known.json');
    expect(made.exitCode, made.story).toBe(0);
    const known = await report('--baseline', 'known.json');
    expect(known.exitCode, known.story).toBe(0);
    expect(known.stdout.replace(/\s+/g, ' ')).toContain(
      'Suppressed by baseline: self-wake in ImpatientReader',
    );
    const text = project.read('known.json').replace(/"selfWoken": \d+/, '"selfWoken": 0');
    project.write('better.json', text);
    const worse = await report('--baseline', 'better.json');
    expect(worse.exitCode, worse.story).toBe(1);
    expect(worse.stdout.replace(/\s+/g, ' ')).toMatch(
      /Worse: ImpatientReader has .* self-woken polls of .*, from 0\.0 %/,
    );
  });

  it('may lie anywhere, also where the command is given in another folder', async () => {
    await project.selfwake('baseline', 'spin.jsonl', '-o', 'anywhere.json');
    const run = await report('--baseline', join(project.folder, 'anywhere.json'));
    expect(run.exitCode, run.story).toBe(0);
  });

  it('that cannot be read is refused', async () => {
    const run = await report('--baseline', 'missing.json');
    expect(run.exitCode, run.story).toBe(2);
    expect(run.stderr).toContain('Make one with: selfwake baseline');
  });
});

describe('selfwake diff', () => {
  it('tells what is new, gone and worse', async () => {
    const there = await project.selfwake('diff', 'healthy.jsonl', 'spin.jsonl');
    expect(there.exitCode, there.story).toBe(1);
    expect(there.stdout).toContain('new   error  self-wake in ImpatientReader');
    const back = await project.selfwake('diff', '--json', 'spin.jsonl', 'healthy.jsonl');
    expect(back.exitCode, back.story).toBe(0);
    expect(JSON.parse(back.stdout)).toMatchObject({ new: [], gone: [{ rule: 'self-wake' }] });
    const same = await project.selfwake('diff', 'spin.jsonl', 'spin.jsonl');
    expect(same.stdout).toBe('Nothing is new, gone, worse or better.\n');
  });
});
