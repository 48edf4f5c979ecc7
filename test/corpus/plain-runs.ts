/**
 * How healthy programs end when nobody watches, kept in the user's cache: the same files on the
 * same Node end alike, and running them again would take as long as the watched runs.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, isInstalled } from './case-folder.ts';
import type { PlainRun } from './judge-case.ts';
import { runPlain } from './watched-run.ts';

export interface PlainRunOptions {
  node: { path: string; version: string };
  /** The case as it is written: what the kept run is known by. */
  source: string;
  /** The folder in which it is run. */
  folder: string;
  script: string;
}

export async function plainRun(plain: PlainRunOptions): Promise<PlainRun> {
  const { node, source, folder, script } = plain;
  const file = join(CACHE, 'plain', `${await keyOf(source, script, node.version)}.json`);
  const kept = await readFile(file, 'utf8').catch(() => null);
  if (kept !== null) return JSON.parse(kept) as PlainRun;
  const run = await runPlain(node.path, folder, script);
  // One that failed may have had too little time on a busy machine.
  if (run.exitCode !== 0) return run;
  await mkdir(join(CACHE, 'plain'), { recursive: true });
  await writeFile(file, JSON.stringify(run));
  return run;
}

async function keyOf(source: string, script: string, version: string): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([script, version]));
  for (const name of (await readdir(source, { recursive: true })).sort()) {
    if (isInstalled(name) || !(await stat(join(source, name))).isFile()) continue;
    hash.update(name).update(await readFile(join(source, name)));
  }
  return hash.digest('hex').slice(0, 24);
}
