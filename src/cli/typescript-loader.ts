/**
 * How Node is made to run a TypeScript file: by itself where it can, else with a loader
 * that the user's own project has. selfwake brings none along.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { SelfwakeError } from '../model/errors.ts';

export interface NodeAbilities {
  /** `process.versions.node`. */
  version: string;
  /** Does this Node strip types without being asked: `process.features.typescript`. */
  stripsByItself: boolean;
  /** NODE_OPTIONS that the program will get. */
  nodeOptions: string;
}

/** Loaders that were seen to work as `--import`, best first: package, and the module to import. */
const LOADERS = [
  { name: 'tsx', module: 'tsx' },
  { name: '@swc-node/register', module: '@swc-node/register/esm-register' },
] as const;

/** Syntax that Node does not strip. */
const NEEDS_LOADER = /\.[jt]sx$/;
const IS_TYPESCRIPT = /\.(?:[cm]?ts|[jt]sx)$/;

/** Arguments for Node, before the script. Throws `no-typescript-loader` with what to install. */
export function typescriptArguments(script: string, node: NodeAbilities): string[] {
  if (!IS_TYPESCRIPT.test(script) || hasOwnLoader(node.nodeOptions)) return [];
  const isStrippable = !NEEDS_LOADER.test(script);
  if (isStrippable && node.stripsByItself) return [];
  if (isStrippable && isAtLeast(node.version, 22, 6)) return ['--experimental-strip-types'];
  const require = createRequire(script);
  for (const { module } of LOADERS) {
    const found = resolved(require, module);
    if (found !== null) return ['--import', pathToFileURL(found).href];
  }
  throw new SelfwakeError(
    'no-typescript-loader',
    `Node ${node.version} cannot run ${script} by itself, and its project has no loader for it. ` +
      'Install one beside it (npm install --save-dev tsx), or use Node 22.18 or later, which strips types itself.',
  );
}

/** The user has said already how their files are loaded. */
function hasOwnLoader(nodeOptions: string): boolean {
  return /(?:^|\s)(?:--import|--loader|--experimental-loader|--experimental-(?:strip|transform)-types)\b/.test(
    nodeOptions,
  );
}

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [has = 0, hasMinor = 0] = version.split('.').map(Number);
  return has > major || (has === major && hasMinor >= minor);
}

function resolved(require: NodeJS.Require, module: string): string | null {
  try {
    return require.resolve(module);
  } catch {
    return null;
  }
}
