/** Which tasks something is told of, whether a server or a recording tells. */

/** More live tasks than this are counted as dropped. */
export const MAX_TASKS = 1_000_000;

/** A poll that lasts as long is told of; rules say from when on it matters. */
export const LONG_POLL_NS = 500_000_000;

/** Blocking calls are one long poll, and roots of executors are woken in another way. */
export function isJudged({ kind }: { kind: string }): boolean {
  return kind !== 'blocking' && kind !== 'block_on';
}
