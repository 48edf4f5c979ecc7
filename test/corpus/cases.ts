/**
 * The corpus on disk. A folder with `spin.mjs` is a spin (with its healthy twin `healthy.mjs`
 * beside it); one with `run.mjs` is a healthy program that looks like one. `case.json` says
 * which place is to be named.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Where a spin's finding must lead: all that a reader of the code would accept. */
export interface GuiltyPlace {
  file: RegExp;
  functionName: RegExp;
  /** Where the loop re-arms itself; told apart, for a loop has other lines too. Null if unknown. */
  line: number | null;
}

export interface Case {
  /** The folder's name; a twin has `/healthy` behind it. */
  id: string;
  /** The folder of cases that it is from: `npm`, `busy`, `spins`, `healthy`. */
  group: string;
  folder: string;
  script: string;
  /** Null for a healthy program. */
  guilty: GuiltyPlace | null;
  /** How long the program works before it spins. */
  onsetSeconds: number;
  half: Half;
  /** Major versions of Node that it runs on; null for all. */
  nodes: readonly string[] | null;
  /** A healthy program that really waits busily, for a short and bounded time. */
  isBorderline: boolean;
}

/** Thresholds are set while looking at the one half only; the other tells whether they hold. */
export type Half = 'tune' | 'kept';

export function halfOf(id: string): Half {
  const firstByte = createHash('sha256').update(id).digest()[0] ?? 0;
  return firstByte < 0x80 ? 'tune' : 'kept';
}

/** Folders of cases: the project's own, and those that lie beside the repository, if they do. */
const CASE_FOLDERS = [
  'fixtures/npm',
  'fixtures/busy',
  '../shared/corpus/spins',
  '../shared/corpus/healthy',
].map((folder) => join(ROOT, folder));

/** Sorted by folder, then by id. */
export function casesIn(folders: readonly string[] = CASE_FOLDERS): Case[] {
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((id) => existsSync(join(folder, id, 'case.json')))
        .sort()
        .flatMap((id) => casesOf(basename(folder), join(folder, id), id)),
    );
}

function casesOf(group: string, folder: string, id: string): Case[] {
  const facts = readFacts(join(folder, 'case.json'));
  const shared = {
    group,
    folder,
    half: halfOf(id),
    nodes: facts.nodes ?? null,
    isBorderline: facts.borderline === true,
    onsetSeconds: facts.onsetSeconds ?? 0,
  };
  if (!existsSync(join(folder, 'spin.mjs'))) {
    return [{ ...shared, id, script: 'run.mjs', guilty: null }];
  }
  const spin = { ...shared, id, script: 'spin.mjs', guilty: guiltyPlace(facts) };
  if (!existsSync(join(folder, 'healthy.mjs'))) return [spin];
  return [spin, { ...shared, id: `${id}/healthy`, script: 'healthy.mjs', guilty: null }];
}

/** What is read of a `case.json`; it may say more for people. */
interface CaseFacts {
  nodes?: string[];
  borderline?: boolean;
  guiltyFile?: string;
  guiltyFunction?: string;
  line?: number;
  onsetSeconds?: number;
}

function readFacts(file: string): CaseFacts {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as CaseFacts;
  } catch (cause) {
    throw new Error(`${file} is no JSON`, { cause });
  }
}

function guiltyPlace({ guiltyFile, guiltyFunction, line }: CaseFacts): GuiltyPlace {
  return {
    file: new RegExp(guiltyFile ?? ''),
    functionName: new RegExp(guiltyFunction ?? ''),
    line: line ?? null,
  };
}
