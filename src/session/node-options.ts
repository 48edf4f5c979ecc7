/** How a watched program is made to load the agent: through NODE_OPTIONS, keeping the user's own. */
import { fileURLToPath } from 'node:url';
import { encodeSession, SESSION_VARIABLE, type SessionAddress } from './environment.ts';

/** The agent's entry. */
const PRELOAD = fileURLToPath(new URL('./preload.cjs', import.meta.url));

/**
 * The environment of a watched program. The preload comes first, so that it runs before
 * any that the user asked for, and is inherited by child processes and worker threads.
 */
export function watchedEnvironment(
  env: NodeJS.ProcessEnv,
  session: SessionAddress,
): NodeJS.ProcessEnv {
  const own = `--require=${quoted(PRELOAD)}`;
  const theirs = env['NODE_OPTIONS'];
  return {
    ...env,
    NODE_OPTIONS: theirs === undefined || theirs === '' ? own : `${own} ${theirs}`,
    [SESSION_VARIABLE]: encodeSession(session),
  };
}

/** NODE_OPTIONS are split at spaces, unless quoted. */
function quoted(path: string): string {
  return /[\s"\\]/.test(path) ? `"${path.replace(/["\\]/g, '\\$&')}"` : path;
}
