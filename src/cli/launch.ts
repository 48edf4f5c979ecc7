/** What `selfwake run` starts: a script under this very Node, or a command as it stands. */
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { SelfwakeError } from '../model/errors.ts';
import { typescriptArguments } from './typescript-loader.ts';

export interface Launch {
  file: string;
  args: string[];
}

/** `rest` is what followed `--`; null where there was none. */
export function launchOf(operands: readonly string[], rest: readonly string[] | null): Launch {
  const [script, ...args] = operands;
  if (script === undefined) return commandLaunch(rest);
  const path = existingScript(script);
  const loader = typescriptArguments(path, {
    version: process.versions.node,
    stripsByItself: Boolean((process.features as { typescript?: unknown }).typescript),
    nodeOptions: process.env['NODE_OPTIONS'] ?? '',
  });
  const behind = rest === null ? args : [...args, '--', ...rest];
  return { file: process.execPath, args: [...loader, path, ...behind] };
}

function commandLaunch(rest: readonly string[] | null): Launch {
  const [file, ...args] = rest ?? [];
  if (file !== undefined) return { file, args };
  throw new SelfwakeError(
    'nothing-to-run',
    'There is nothing to run. Name a script (selfwake run app.js) or a command (selfwake run -- npm start).',
  );
}

/** As Node would find it: the file itself, with an extension left out, or a folder's index. */
function existingScript(script: string): string {
  const path = resolve(script);
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  try {
    return isFolder || !existsSync(path) ? createRequire(path).resolve(path) : path;
  } catch (cause) {
    const what = isFolder
      ? `${script} is a folder, and has no index.js to run. Name the script in it`
      : `There is no script ${script} (looked at ${path}). Check the path`;
    throw new SelfwakeError(
      'script-missing',
      `${what}; for a command write: selfwake run -- ${script}`,
      { cause },
    );
  }
}
