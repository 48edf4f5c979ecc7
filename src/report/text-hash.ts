import { createHash } from 'node:crypto';

/** A name for text that may be long and hold anything; the same in every run. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
