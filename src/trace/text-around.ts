/** Text around a place that is read: lines, and in a minified file characters. */
const LINES = 40;
const CHARACTERS = 3000;

/** The text near a place, most of its function. Line and column from 0. */
export function textAround(text: string, line: number, column: number): string {
  const lines = text.split('\n');
  const at = lines[line] ?? '';
  if (at.length > CHARACTERS) {
    return at.slice(Math.max(0, column - CHARACTERS), column + CHARACTERS);
  }
  const near = lines.slice(Math.max(0, line - LINES), line + LINES);
  return near.join('\n').slice(0, 20 * CHARACTERS);
}
