import type { Line } from './recording.ts';

/**
 * A line as it goes over the wire and into the file, newline included. JSON has no
 * infinity and no NaN: they become the largest number and 0, so that one odd figure does
 * not cost the line.
 */
export function writeLine(line: Line): string {
  return `${JSON.stringify(line, finite)}\n`;
}

function finite(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return value === Infinity ? Number.MAX_VALUE : 0;
}
