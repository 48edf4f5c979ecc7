/** One line of text from outside into a {@link Line}: checked here, once, and nowhere else. */
import { SelfwakeError } from './errors.ts';
import { LINE_TYPES, recordingSchema } from './recording-schema.ts';
import type { Line } from './recording.ts';
import { schemaProblem } from './schema-problem.ts';

/**
 * Null for a line of a type that this version does not know: a newer writer's addition,
 * to be ignored and counted.
 *
 * @throws {SelfwakeError} `line-malformed` when it is no JSON, or not of the line's shape.
 */
export function parseLine(text: string): Line | null {
  const value = parseJson(text);
  const problem = schemaProblem(recordingSchema, value);
  if (problem !== null) {
    throw new SelfwakeError('line-malformed', `This is no line of a recording: ${problem}.`);
  }
  const line = value as Line;
  return LINE_TYPES.has(line.type) ? line : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = 'This is no line of a recording: it is no JSON.';
    throw new SelfwakeError('line-malformed', message, { cause });
  }
}
