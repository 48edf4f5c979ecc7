import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EmptyProject } from '../package/empty-project.ts';
import { runBlocks, type RunBlock } from './readme-blocks.ts';
import { root } from './repository-files.ts';

const require = createRequire(import.meta.url);
const blocks = runBlocks(readFileSync(join(root, 'README.md'), 'utf8'));

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
