#!/usr/bin/env node
// The command's entry: plain JavaScript, so that it can say what is missing before anything is built.
import { existsSync } from 'node:fs';

const entry = new URL('../dist/cli/main.js', import.meta.url);

if (existsSync(entry)) {
  const { runAsProcess } = await import(entry.href);
  await runAsProcess(process.argv.slice(2));
} else {
  process.stderr.write(
    'selfwake: this copy is not built: dist/cli/main.js is missing. Run `npm run build` in its folder, or install the package from the registry.\n',
  );
  process.exitCode = 2;
}
