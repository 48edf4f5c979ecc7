import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GOLDEN_LINES } from './golden-lines.ts';
import { LINE_TYPES, recordingSchema } from '../../src/model/recording-schema.ts';
import { schemaProblem } from '../../src/model/schema-problem.ts';

const file = new URL('../../src/model/recording.schema.json', import.meta.url);
const published = JSON.parse(readFileSync(file, 'utf8')) as object;
const isValid = new Ajv2020({ strict: true, strictTypes: false }).compile(published);

const paths = GOLDEN_LINES.flatMap((line) =>
  pathsIn(line).map((path) => ({ line: line as unknown, path })),
);

describe('recording.schema.json', () => {
  it('is the schema that lines are checked by', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(recordingSchema)));
  });

  it('has a golden line for every line type', () => {
    expect(new Set(GOLDEN_LINES.map(({ type }) => type))).toEqual(LINE_TYPES);
  });

  it.each(GOLDEN_LINES)('takes what the types allow: $type', (line) => {
    expect(isValid(line), JSON.stringify(isValid.errors)).toBe(true);
    expect(schemaProblem(recordingSchema, line)).toBeNull();
  });

  it('takes line types and fields of a newer writer', () => {
    const line = { type: 'heap', segment: 'main', bytes: 1 };
    expect(isValid(line)).toBe(true);
    expect(schemaProblem(recordingSchema, line)).toBeNull();
  });

  it('is judged alike by our validator and by ajv, whatever is broken', () => {
    const odd = fc.constantFrom(null, -1, 1.5, 'odd', true, [], {}, Number.MAX_VALUE, undefined);
    fc.assert(
      fc.property(fc.constantFrom(...paths), odd, ({ line, path }, value) => {
        const broken = replaced(line, path, value);
        expect(schemaProblem(recordingSchema, broken) === null).toBe(isValid(broken));
      }),
      { numRuns: 2000 },
    );
  });

  it('says where a line is wrong', () => {
    const line = replaced(GOLDEN_LINES[1], ['process', 'pid'], 'seven');
    expect(schemaProblem(recordingSchema, line)).toBe("'process.pid' is no integer");
    const short = replaced(GOLDEN_LINES[1], ['root'], undefined);
    expect(schemaProblem(recordingSchema, short)).toBe("'root' is missing");
  });
});

/** The paths of all members and items of a value. */
function pathsIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    [key],
    ...pathsIn(member).map((path) => [key, ...path]),
  ]);
}

/** The same value with another one at the path; `undefined` leaves it out. */
function replaced(value: unknown, [key, ...rest]: string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) };
  const members = copy as Record<string, unknown>;
  const member = replaced(members[key], rest, by);
  if (member === undefined && !Array.isArray(copy)) delete members[key];
  else members[key] = member ?? null;
  return copy;
}
