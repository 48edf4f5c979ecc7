// Builds `dist`: the compiled sources, and beside them what the code reads at run time (the
// rules' pages, the schemas). It is made next to the old one and then takes its place, so a
// compile error leaves the old build usable, and nothing of a deleted source is left over.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const next = mkdtempSync(`${root}dist-`);

try {
  const compiled = spawnSync(
    process.execPath,
    [tsc, '-p', 'tsconfig.build.json', '--outDir', next],
    { cwd: root, stdio: 'inherit' },
  );
  if (compiled.status !== 0) {
    process.exitCode = 1;
  } else {
    cpSync(`${root}src`, next, { recursive: true, filter: isReadAtRunTime });
    rmSync(`${root}dist`, { recursive: true, force: true });
    renameSync(next, `${root}dist`);
  }
} finally {
  rmSync(next, { recursive: true, force: true });
}

/** @param {string} path */
function isReadAtRunTime(path) {
  if (statSync(path).isDirectory()) return true;
  return path.endsWith('.schema.json') || /[/\\]rules[/\\][^/\\]+\.md$/.test(path);
}
