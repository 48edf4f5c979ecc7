import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBlocks } from '../house/readme-blocks.ts';
import { root } from '../house/repository-files.ts';
import { manifest, npm, PackedProject } from './packed-project.ts';

const codeEntries = Object.entries(manifest.exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([entry]) => entry.replace(/^\./, 'selfwake'));
const fileEntries = Object.entries(manifest.exports)
  .filter(([, target]) => typeof target === 'string')
  .map(([entry]) => entry.replace(/^\./, 'selfwake'));

describe('the packed tarball', () => {
  const project = new PackedProject();
  beforeAll(() => project.install(), 120_000);
  afterAll(() => project[Symbol.dispose]());

  it('holds no test, no fixture and no setting of ours', async () => {
    const listed = await project.run('tar', ['-tzf', `selfwake-${manifest.version}.tgz`]);
    const paths = listed.stdout.trim().split('\n');
    const allowed =
      /^package\/(bin|dist|src)\/|^package\/(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;
    expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
    expect(
      paths.filter((path) => path.startsWith('package/dist/rules/') && path.endsWith('.md')),
    ).not.toEqual([]);
  });

  it.each(codeEntries.filter((entry) => !/\/(vitest|node-test|otel)$/.test(entry)))(
    'imports %s',
    async (entry) => {
      const script = `console.log(Object.keys(await import('${entry}')).length)`;
      const outcome = await project.run(process.execPath, ['--input-type=module', '-e', script]);
      expect(outcome.exitCode, outcome.story).toBe(0);
      expect(Number(outcome.stdout), outcome.story).toBeGreaterThan(0);
    },
  );

  it.each(fileEntries)('resolves %s to JSON', async (entry) => {
    const script = `await import('${entry}', { with: { type: 'json' } })`;
    const outcome = await project.run(process.execPath, ['--input-type=module', '-e', script]);
    expect(outcome.exitCode, outcome.story).toBe(0);
  });

  it('type-checks in a strict project that uses every entry, and the examples of the README', async () => {
    project.lend('vitest');
    project.lend('expect');
    project.lend('@opentelemetry/api');
    const imports = codeEntries.map((entry, i) => `export type * as Entry${i} from '${entry}';`);
    project.write('every-entry.ts', imports.join('\n'));
    runBlocks(readFileSync(join(root, 'README.md'), 'utf8')).forEach(({ code }, i) => {
      project.write(`example-${i}.ts`, `${code}\nexport {};\n`);
    });
    const outcome = await project.typeCheck();
    expect(outcome.exitCode, outcome.story).toBe(0);
  });

  it('says what it can do', async () => {
    const outcome = await project.run(npm, ['exec', '--offline', '--', 'selfwake', '--help']);
    expect(outcome.exitCode, outcome.story).toBe(0);
    expect(outcome.stdout).toMatch(/\brun\b/);
  });

  it('watches a program: silent about one that ends, exit 1 and the name of one that spins', async () => {
    project.write('healthy.mjs', program('healthy'));
    const healthy = await selfwakeRun('healthy.mjs');
    expect(healthy.exitCode, healthy.story).toBe(0);
    expect(healthy.stdout, healthy.story).toBe('done\n');

    project.write('spin.mjs', program('spin'));
    const spin = await selfwakeRun('--on-detect', 'exit', 'spin.mjs');
    expect(spin.exitCode, spin.story).toBe(1);
    expect(spin.stderr, spin.story).toContain('ImpatientReader');
  });

  function selfwakeRun(...args: string[]) {
    return project.run(npm, ['exec', '--offline', '--', 'selfwake', 'run', ...args]);
  }
});

/** A future that waits for ten timers, or wakes itself instead of waiting. */
function program(kind: 'healthy' | 'spin'): string {
  const wait =
    kind === 'spin'
      ? 'cx.waker.wakeByRef();'
      : 'const waker = cx.waker.clone(); setTimeout(() => waker.wake(), 1);';
  return `
    import { Executor, Poll } from 'selfwake';
    class ImpatientReader {
      polls = 0;
      poll(cx) {
        if (${kind === 'healthy'} && ++this.polls > 10) return Poll.Ready(undefined);
        ${wait}
        return Poll.Pending;
      }
    }
    await new Executor().blockOn(new ImpatientReader());
    console.log('done');
  `;
}
