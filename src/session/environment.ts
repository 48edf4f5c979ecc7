/**
 * What the parent tells a watched program through its environment: where to report, the
 * word that proves that it was asked to, and the options of its sources. One variable, so
 * that a program that cleans its environment loses all or nothing.
 */
import type { AgentOptions } from '../model/agent.ts';

/** The one variable. A program's children inherit it, and report to the same parent. */
export const SESSION_VARIABLE = 'SELFWAKE_SESSION';

export interface SessionAddress {
  /** What `net.connect` takes as a path: an abstract name, a file, a named pipe. */
  socket: string;
  /** Said first on every connection; who does not know it is cut off. */
  token: string;
  options: AgentOptions;
}

export function encodeSession(address: SessionAddress): string {
  // A NUL (abstract socket names begin with one) cannot stand in an environment; JSON escapes it.
  return JSON.stringify(address);
}

/** The session that this process belongs to; null when there is none, or the text is not ours. */
export function decodeSession(text: string | undefined): SessionAddress | null {
  if (text === undefined || text === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    return isSessionAddress(value) ? value : null;
  } catch {
    return null;
  }
}

function isSessionAddress(value: unknown): value is SessionAddress {
  if (typeof value !== 'object' || value === null) return false;
  const { socket, token, options } = value as Partial<SessionAddress>;
  return (
    typeof socket === 'string' &&
    typeof token === 'string' &&
    typeof options === 'object' &&
    options !== null &&
    typeof options.thresholds === 'object' &&
    typeof options.root === 'string'
  );
}
