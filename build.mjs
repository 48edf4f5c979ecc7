// Builds `dist`: the compiled sources, and beside them what the code reads at run time (the
// rules' pages, the schemas). It is made next to the old one and then takes its place, so a
// compile error leaves the old build usable, and nothing of a deleted source is left over.
//
// What runs inside a watched program is a file for each of its two threads, and one for what
// is rarely needed: loading thirty modules would hold up the program's first line. They are
// CommonJS, since `--require` leaves the program's own way of loading alone, which `--import`
// does not. What a test runner loads is bundled, too: it is loaded again for each file of tests.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

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
    bundleAgent();
    bundleRunners();
    bundlePage();
    bundleAttachedAgent();
    cpSync(`${root}src`, next, { recursive: true, filter: isReadAtRunTime });
    rmSync(`${root}dist`, { recursive: true, force: true });
    renameSync(next, `${root}dist`);
  }
} finally {
  rmSync(next, { recursive: true, force: true });
}

function bundleAgent() {
  buildSync({
    absWorkingDir: root,
    entryPoints: [
      'src/session/preload.ts',
      'src/session/inner-trace.ts',
      'src/session/agent-thread.ts',
      'src/testing/guard-thread.ts',
      'src/testing/guard.ts',
      'src/testing/judging.ts',
    ],
    outdir: next,
    outbase: 'src',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    // A bundle lies in the folder of its entry, so URLs of `src/*/*.ts` hold for it, too.
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    sourcemap: true,
    sourcesContent: false,
  });
}

/** In place of what tsc has made of them: a file each, since every file more takes its time. */
function bundleRunners() {
  buildSync({
    absWorkingDir: root,
    entryPoints: ['vitest', 'jest', 'mocha', 'node-test'].map((name) => `src/testing/${name}.ts`),
    outdir: `${next}/testing`,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    sourcemap: true,
    sourcesContent: false,
  });
}

/** One script, to be evaluated in a strange program: it brings all that is not Node's own. */
function bundleAttachedAgent() {
  buildSync({
    absWorkingDir: root,
    entryPoints: ['src/source/attach/attached-agent.ts'],
    outfile: `${next}/source/attach/attached-agent.cjs`,
    bundle: true,
    platform: 'node',
    // Also Nodes on which selfwake itself does not run.
    target: 'node16.14',
    format: 'cjs',
    minify: true,
  });
}

/** Script and style of the HTML report, as text for the module that writes it. */
function bundlePage() {
  const bundled = (entry) =>
    buildSync({
      absWorkingDir: root,
      entryPoints: [`src/report/browser/${entry}`],
      bundle: true,
      minify: true,
      write: false,
      format: 'iife',
      target: ['es2022'],
      legalComments: 'none',
    }).outputFiles[0].text.trim();
  // What would end the element that it stands in is written otherwise.
  const script = bundled('main.ts').replaceAll('</', String.raw`<\/`);
  const exports = { PAGE_SCRIPT: script, PAGE_STYLE: bundled('page.css') };
  const lines = Object.entries(exports).map(
    ([name, text]) => `export const ${name} = ${JSON.stringify(text)};`,
  );
  writeFileSync(`${next}/report/page-assets.js`, `${lines.join('\n')}\n`);
}

/** @param {string} path */
function isReadAtRunTime(path) {
  if (statSync(path).isDirectory()) return true;
  return path.endsWith('.schema.json') || /[/\\]rules[/\\][^/\\]+\.md$/.test(path);
}
