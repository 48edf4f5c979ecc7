/**
 * A loop that takes what it does from a queue until nothing is left, and never gets there, is
 * given the same again and again by what it does: a scheduler of a library whose jobs enqueue
 * themselves. A search that counts through numbers has no queue.
 */
import type { StateComparison } from '../model/recording.ts';

/** Lines, or characters of a minified file, in which the loop's own head is. */
const LINES = 12;
const CHARACTERS = 300;

/** `queue.shift()`, `queue.pop()`, `queue.splice(0, …)`, and `head = head.next` of a linked one. */
const TAKES = /\.(?:shift|pop|dequeue)\s*\(|\.splice\s*\(\s*0\b|\b([\w$]+)\s*=\s*\1\.next\b/;

/** `text` is a script's, line and column from 0. */
export function refills(
  text: string,
  line: number,
  column: number,
  { moved }: StateComparison,
): boolean {
  const lines = text.split('\n');
  const at = lines[line] ?? '';
  const near =
    at.length > 2 * CHARACTERS
      ? at.slice(Math.max(0, column - CHARACTERS), column + CHARACTERS)
      : lines.slice(Math.max(0, line - LINES), line + LINES).join('\n');
  // A list that grows as fast as an index goes along it has no end either.
  const growing = moved.flatMap(({ path, as }) =>
    as === 'counter' ? (/([\w$]+)#(?:length|size)$/.exec(path)?.slice(1) ?? []) : [],
  );
  return TAKES.test(near) || growing.some((name) => near.includes(`${name}.length`));
}
