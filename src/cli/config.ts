/** Finds and reads `selfwake.config.{ts,js,json}` in the folder that a command is given in. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { configSchema, type SelfwakeConfig } from '../model/config.ts';
import { reasonOf, SelfwakeError } from '../model/errors.ts';
import { schemaProblem } from '../model/schema-problem.ts';

const NAMES = ['ts', 'mts', 'js', 'mjs', 'json'].map((end) => `selfwake.config.${end}`);

/** The configuration; empty where there is no file, and nobody named one. */
export async function loadConfig(named: string | undefined): Promise<SelfwakeConfig> {
  const path =
    named === undefined
      ? NAMES.map((name) => resolve(name)).find((name) => existsSync(name))
      : resolve(named);
  if (path === undefined) return {};
  const value = await read(path);
  const problem = schemaProblem(configSchema, value);
  if (problem === null) return value as SelfwakeConfig;
  throw new SelfwakeError(
    'config-invalid',
    `${path}: ${problem.replace('the line', 'the configuration')}. Its schema is selfwake/config.schema.json.`,
  );
}

async function read(path: string): Promise<unknown> {
  try {
    if (path.endsWith('.json')) return JSON.parse(readFileSync(path, 'utf8'));
    if (!/\.m?ts$/.test(path) || isStripped())
      return defaultOf(await import(pathToFileURL(path).href));
    const tsx = createRequire(path)('tsx/cjs/api') as {
      require(path: string, from: string): unknown;
    };
    return defaultOf(tsx.require(path, path));
  } catch (cause) {
    const why = reasonOf(cause);
    const isTypes = /\.m?ts$/.test(path) && !isStripped();
    const hint = isTypes
      ? ' Node of this version needs tsx for it (npm install --save-dev tsx), or write it as .js or .json.'
      : '';
    throw new SelfwakeError('config-unreadable', `Cannot read ${path}: ${why}.${hint}`, { cause });
  }
}

/** Node takes types off by itself. */
function isStripped(): boolean {
  return Boolean((process.features as { typescript?: unknown }).typescript);
}

function defaultOf(module: unknown): unknown {
  const first = (module as { default?: unknown }).default;
  // A loader may have wrapped it once more.
  return (first as { default?: unknown } | undefined)?.default ?? first;
}

/** Where the baseline of a configuration lies: a relative path is one from the folder of the command. */
export function baselinePath(config: SelfwakeConfig): string | null {
  return config.baseline === undefined ? null : resolve(config.baseline);
}
