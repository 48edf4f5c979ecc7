/** How a watched program is made to load the agent: through NODE_OPTIONS, keeping the user's own. */
import { encodeSession, SESSION_VARIABLE, type SessionAddress } from './environment.ts';

/** The agent's entry, as `--import` takes it. */
const PRELOAD_URL = new URL('./preload.js', import.meta.url).href;

/**
 * The environment of a watched program. The preload comes first, so that it runs before
 * any that the user asked for, and is inherited by child processes and worker threads.
 */
export function watchedEnvironment(
  env: NodeJS.ProcessEnv,
  session: SessionAddress,
): NodeJS.ProcessEnv {
  const own = `--import=${quoted(PRELOAD_URL)}`;
  const theirs = env['NODE_OPTIONS'];
  return {
    ...env,
    NODE_OPTIONS: theirs === undefined || theirs === '' ? own : `${own} ${theirs}`,
    [SESSION_VARIABLE]: encodeSession(session),
  };
}

/** NODE_OPTIONS are split at spaces, unless quoted. A URL has none, but may hold a quote or backslash. */
function quoted(url: string): string {
  return /[\s"\\]/.test(url) ? `"${url.replace(/["\\]/g, '\\$&')}"` : url;
}
