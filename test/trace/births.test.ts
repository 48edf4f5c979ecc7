import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, it } from 'vitest';
import { Births } from '../../src/trace/births.ts';

const births = new Births();
afterEach(() => births.uninstall());

it('counts processes and threads, while it is installed', async () => {
  births.install();
  const child = execFile(process.execPath, ['-e', '']);
  const worker = new Worker('', { eval: true });
  expect(births.seen).toBe(2);
  births.uninstall();
  const another = new Worker('', { eval: true });
  expect(births.seen).toBe(2);
  await Promise.all([once(child, 'exit'), once(worker, 'exit'), once(another, 'exit')]);
});
