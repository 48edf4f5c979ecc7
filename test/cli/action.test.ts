/** The script of the GitHub Action, run as a runner would: with its inputs in the environment. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { root } from '../house/repository-files.ts';
import { UserProject } from './user-project.ts';

const project = new UserProject();
afterAll(() => project[Symbol.dispose]());

/** What stands below the last `run: |`. */
function script(): string {
  const text = readFileSync(join(root, 'action.yml'), 'utf8');
  const body = text.slice(text.lastIndexOf('run: |\n') + 'run: |\n'.length);
  return body.replaceAll(/^ {8}/gm, '');
}

it.skipIf(process.platform === 'win32')(
  'annotates, sums up, writes its reports and fails',
  async () => {
    project.write(
      'node_modules/.bin/selfwake',
      `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin/selfwake.js')}" "$@"\n`,
    );
    const names = { GITHUB_OUTPUT: 'output', GITHUB_STEP_SUMMARY: 'summary.md', RUNNER_TEMP: '.' };
    for (const name of Object.values(names)) if (name !== '.') project.write(name, '');
    const inputs = {
      SELFWAKE_RUN: `"${process.execPath}" spin.mjs`,
      SELFWAKE_FAIL_ON: 'warning',
      SELFWAKE_OPTIONS: '--on-detect exit',
      SELFWAKE_VERSION: 'latest',
    };
    project.write('step.sh', script());
    const exports = Object.entries({ ...names, ...inputs }).map(
      ([name, value]) => `export ${name}='${value}'`,
    );
    const step = `chmod +x node_modules/.bin/selfwake; ${exports.join('; ')}; bash -e -o pipefail step.sh`;
    const run = await project.start('bash', ['-c', step]).ended;
    expect(run.exitCode, run.story).toBe(1);
    expect(run.stderr).toMatch(
      /^::error file=spin\.mjs,line=\d+,col=\d+,title=selfwake%3A self-wake in ImpatientReader::/m,
    );
    expect(project.read('summary.md')).toContain('`self-wake` in `ImpatientReader`');
    expect(project.read('output')).toBe('sarif=./selfwake.sarif\nhtml=./selfwake.html\n');
    expect(project.read('selfwake.sarif')).toContain('"ruleId": "self-wake"');
    expect(project.read('selfwake.html')).toContain('<!doctype html>');
  },
);
