import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** What is made, not written: by npm, by the build, by git. */
const made = /^(node_modules|dist(-.*)?|coverage|target|\.git)$/;

export interface RepositoryFile {
  /** Relative to the root, with forward slashes. */
  path: string;
  text: string;
}

/** Every written file under `folder` (relative to the root) whose path `wanted` accepts. */
export function repositoryFiles(folder = '', wanted: RegExp = /./): RepositoryFile[] {
  const files: RepositoryFile[] = [];
  const visit = (at: string) => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const full = join(at, entry.name);
      if (entry.isDirectory() && !made.test(entry.name)) visit(full);
      const path = relative(root, full).replaceAll('\\', '/');
      if (entry.isFile() && wanted.test(path))
        files.push({ path, text: readFileSync(full, 'utf8') });
    }
  };
  visit(join(root, folder));
  return files;
}
