/**
 * A real project for each runner: exactly the tests that starve the event loop fail, with
 * their names and the place where they spin, and the run goes on to its end.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { NODES } from '../fixtures/runs.ts';
import { EmptyProject } from '../package/empty-project.ts';

/** Bodies of the tests, by their names: what a body is called with is the runner's affair. */
const HEALTHY = {
  'waits for a timer': 'async () => { await sleep(20); }',
  'is slow': `async () => {
    const end = Date.now() + 700;
    let rounds = 0;
    while (Date.now() < end) rounds += 1;
    await sleep(300);
    assert.ok(rounds > 0);
  }`,
  'is over at once': '() => {}',
};
const STARVING = {
  'awaits what is settled': `async () => {
    let isReady = false;
    async function untilReady() { while (!isReady) await null; }
    await untilReady();
  }`,
  'never returns': `async () => {
    let isReady = false;
    function askForEver() { while (!isReady); }
    askForEver();
  }`,
  'never returns after a timer': `async () => {
    await sleep(10);
    let isReady = false;
    function askForEver() { while (!isReady); }
    askForEver();
  }`,
};
const WITH_CALLBACK = { 'is called back': 'CALLBACK' };
const PLACES = ['untilReady', 'askForEver', 'askForEver'];

interface Ran {
  name: string;
  hasFailed: boolean;
  message: string;
}

interface Runner {
  /** Files of the project. */
  files: Record<string, string>;
  packages: string[];
  /** Arguments of Node. */
  args: string[];
  parse(stdout: string): Ran[];
}

function suite(before: string, callback: string | null): string {
  const own = callback === null ? {} : WITH_CALLBACK;
  const [first, ...others] = Object.entries({ ...HEALTHY, ...own });
  const tests = [first!, ...Object.entries(STARVING), ...others];
  const texts = tests.map(
    ([name, body]) => `it('${name}', ${body === 'CALLBACK' ? callback : body});`,
  );
  return `${before}
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
describe('things', () => {
${texts.join('\n')}
});`;
}

interface JestLike {
  testResults: {
    assertionResults: { title: string; status: string; failureMessages: string[] }[];
  }[];
}

function jestLike(stdout: string): Ran[] {
  const { testResults } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as JestLike;
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ title, status, failureMessages }) => ({
      name: title,
      hasFailed: status !== 'passed',
      message: failureMessages.join('\n'),
    })),
  );
}

const RUNNERS: Record<string, Runner> = {
  vitest: {
    packages: ['vitest'],
    files: {
      'vitest.config.mjs': "export default { test: { setupFiles: ['selfwake/vitest'] } };",
      'a.test.mjs': suite(
        "import assert from 'node:assert'; import { describe, it } from 'vitest';",
        null,
      ),
    },
    args: ['node_modules/vitest/vitest.mjs', 'run', '--reporter', 'json'],
    parse: jestLike,
  },
  jest: {
    packages: ['jest', 'jest-environment-node'],
    files: {
      'package.json': '{ "private": true }',
      'jest.config.cjs': "module.exports = { testEnvironment: 'selfwake/jest' };",
      'a.test.js': suite("const assert = require('assert');", '(done) => { setTimeout(done, 5); }'),
    },
    args: ['node_modules/jest/bin/jest.js', '--json', '--detectOpenHandles'],
    parse: jestLike,
  },
  mocha: {
    packages: ['mocha'],
    files: {
      // By its path, since the package is lent: mocha looks for packages from where it lies.
      '.mocharc.json': '{ "require": "./node_modules/selfwake/dist/testing/mocha.js" }',
      'test/a.mjs': suite(
        "import assert from 'node:assert';",
        '(done) => { setTimeout(done, 5); }',
      ),
    },
    args: ['node_modules/mocha/bin/mocha.js', '--reporter', 'json'],
    parse: (stdout) => {
      const result = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
        tests: { title: string; err: { message?: string } }[];
      };
      return result.tests.map(({ title, err: { message } }) => ({
        name: title,
        hasFailed: message !== undefined,
        message: message ?? '',
      }));
    },
  },
  'node:test': {
    packages: [],
    files: {
      'a.test.mjs': suite(
        "import assert from 'node:assert'; import { describe, it } from 'node:test';",
        '(t, done) => { setTimeout(done, 5); }',
      ),
    },
    args: ['--import', 'selfwake/node-test', '--test', '--test-reporter', 'tap', 'a.test.mjs'],
    parse: (stdout) =>
      [...stdout.matchAll(/^ {4}(not )?ok \d+ - (.*)\n((?: {6}.*\n|\n)*)/gm)].map(
        ([, not, name, details]) => ({
          name: name!,
          hasFailed: not !== undefined,
          message: details!,
        }),
      ),
  },
};

const projects: EmptyProject[] = [];
afterAll(() => {
  for (const project of projects) project[Symbol.dispose]();
});

async function run(
  name: string,
  node: string,
): Promise<{ ran: Ran[]; story: string; exitCode: number | null }> {
  const { packages, files, args, parse } = RUNNERS[name]!;
  const project = new EmptyProject();
  projects.push(project);
  for (const each of packages) project.lend(each);
  project.lend('selfwake', '.');
  for (const [path, text] of Object.entries(files)) project.write(path, text);
  const { stdout, story, exitCode } = await project.run(node, args, 80_000);
  return { ran: parse(stdout), story, exitCode };
}

const NEWEST = NODES.at(-1)!;
const CASES = [
  ...Object.keys(RUNNERS).map((runner) => ({ runner, ...NODES[0]! })),
  ...NODES.slice(1).map((node) => ({ runner: 'node:test', ...node })),
  ...(NEWEST === NODES[0] ? [] : [{ runner: 'mocha', ...NEWEST }]),
];

describe.each(CASES)('$runner on Node $version', ({ runner, binary }) => {
  it('fails exactly the tests that starve the event loop, and goes on', async () => {
    const { ran, story, exitCode } = await run(runner, binary);
    expect(exitCode, story).not.toBe(0);
    const failed = ran.filter(({ hasFailed }) => hasFailed);
    expect(
      failed.map(({ name }) => name),
      story,
    ).toEqual(Object.keys(STARVING));
    const passed = ran.filter(({ hasFailed }) => !hasFailed).map(({ name }) => name);
    expect(passed, story).toEqual(expect.arrayContaining(Object.keys(HEALTHY)));
    for (const [i, { message, name }] of failed.entries()) {
      expect(message, story).toMatch(new RegExp(`in ${PLACES[i]}\\b`));
      expect(message, story).toMatch(new RegExp(`test +things > ${name}\\n`));
    }
  });
});
