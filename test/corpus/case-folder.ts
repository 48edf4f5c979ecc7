/**
 * Puts a case where it is run: a folder of its own under the system's temporary one, with its
 * dependencies. Those are installed once and kept in the user's cache; a run gets hard links.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  copyFile,
  cp,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';

/** Kept between runs: what was installed, and how programs end when nobody watches. */
export const CACHE = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'selfwake/corpus',
);

const INSTALL = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev'];
const INSTALL_LIMIT_MS = 300_000;

/** The caller removes the folder that it answers. */
export async function caseFolder(source: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `selfwake-corpus-${basename(source)}-`));
  await cp(source, folder, {
    recursive: true,
    filter: (path) => !isInstalled(relative(source, path)),
  });
  const modules = await installed(join(source, 'package.json'));
  if (modules !== null) await linkTree(modules, join(folder, 'node_modules'));
  return folder;
}

/** Whether npm put it there; a path relative to the case's folder. */
export function isInstalled(path: string): boolean {
  return /^(node_modules|package-lock\.json$)/.test(path);
}

/** The cached `node_modules` of a `package.json`; null when it names no dependencies. */
async function installed(packageFile: string): Promise<string | null> {
  const text = await readFile(packageFile, 'utf8');
  const { dependencies } = JSON.parse(text) as { dependencies?: Record<string, string> };
  if (Object.keys(dependencies ?? {}).length === 0) return null;
  const key = createHash('sha256').update(text).digest('hex').slice(0, 24);
  const kept = join(CACHE, key);
  if (!existsSync(kept)) await install(text, kept);
  return join(kept, 'node_modules');
}

/** Moved into place when whole, so that an install that was cut short is not taken for one. */
async function install(packageText: string, kept: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const half = await mkdtemp(`${kept}-`);
  try {
    await writeFile(join(half, 'package.json'), packageText);
    await promisify(execFile)('npm', INSTALL, {
      cwd: half,
      timeout: INSTALL_LIMIT_MS,
      shell: process.platform === 'win32',
    });
    await rename(half, kept);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await linkTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    // The cache may lie on another disk.
    else await link(source, target).catch(() => copyFile(source, target));
  }
}
