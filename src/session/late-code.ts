/** Code of this package that is read with the agent, and compiled only when it is needed. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';

/**
 * A CommonJS bundle beside this one. Its text is read now: by the time that it is needed, a
 * test may play with the file system.
 */
export function lateCode<Exports>(url: URL): () => Exports {
  const path = fileURLToPath(url);
  const text = readFileSync(path, 'utf8');
  let loaded: Exports | null = null;
  return () => {
    if (loaded !== null) return loaded;
    const module = { exports: {} };
    const run = compileFunction(text, ['module', 'exports', 'require', '__filename'], {
      filename: path,
    });
    run(module, module.exports, createRequire(path), path);
    loaded = module.exports as Exports;
    return loaded;
  };
}
