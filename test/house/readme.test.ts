import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EmptyProject, execute } from '../package/empty-project.ts';
import { runBlocks, type RunBlock } from './readme-blocks.ts';
import { root } from './repository-files.ts';

const require = createRequire(import.meta.url);
const page = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = runBlocks(page);

describe('README.md', () => {
  it('has an example that runs', () => {
    expect(blocks.length).toBeGreaterThan(0);
  });

  it.each(blocks)('does in line $line what it says', async (block) => {
    using project = new EmptyProject();
    project.lend('selfwake', '.');
    const outcome = await (block.isTest ? runAsTest(project, block) : runAsProgram(project, block));
    expect(outcome.exitCode, outcome.story).toBe(block.exitCode);
    expect(inOrder(outcome.stdout, block.prints), outcome.story).toEqual(block.prints);
  });
});

describe('what README.md shows of the command line', () => {
  it('is what it prints', async () => {
    const [, shown = ''] = /^\$ npx selfwake run fixtures\/\S+\n([^`]+)/m.exec(page) ?? [];
    const script = /^\$ npx selfwake run (fixtures\/\S+)$/m.exec(page)![1]!;
    const run = await selfwake('run', '--on-detect', 'exit', script);
    expect(shown.split('\n').length).toBeGreaterThan(20);
    expect(withoutMeasures(run.stderr)).toContain(withoutMeasures(shown));
  });

  it.each(['run', 'attach', 'ps', 'report', 'explain', 'rules'])(
    'has options of `selfwake %s`',
    async (command) => {
      const { stdout } = await selfwake(command, '--help');
      const spans = [...page.matchAll(/`selfwake (\w+)[^`]*`|^\$ npx selfwake (\w+) .*$/gm)];
      const named = spans
        .filter(([, inline, shown]) => (inline ?? shown) === command)
        .flatMap(([span]) => span.split(' -- ')[0]!.match(/--[a-z-]+/g) ?? []);
      for (const option of named) expect(stdout).toContain(option);
    },
  );
});

function selfwake(...args: string[]) {
  return execute(process.execPath, ['bin/selfwake.js', ...args], root);
}

/** Times and numbers of samples differ from run to run, and columns with their lengths. */
function withoutMeasures(text: string): string {
  return text
    .replace(/[\d.,]+ (µs|samples)/g, 'N $1')
    .replace(/ +/g, ' ')
    .trim();
}

function runAsProgram(project: EmptyProject, { code }: RunBlock) {
  project.write('example.ts', code);
  const loader = pathToFileURL(require.resolve('tsx')).href;
  return project.run(process.execPath, ['--import', loader, 'example.ts']);
}

function runAsTest(project: EmptyProject, { code }: RunBlock) {
  project.write('example.test.ts', code);
  project.lend('vitest');
  return project.run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run']);
}

/** Those of the wanted lines that were printed, in their order, with anything between them. */
function inOrder(stdout: string, wanted: readonly string[]): string[] {
  const left = [...wanted];
  const found: string[] = [];
  for (const line of stdout.split('\n')) {
    if (line.trim() === left[0]) found.push(left.shift()!);
  }
  return found;
}
