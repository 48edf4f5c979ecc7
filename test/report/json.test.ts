import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { COUNTER_NAMES } from '../../src/model/counters.ts';
import { jsonReport } from '../../src/report/json.ts';
import { input, recording } from './found-in-proxy.ts';
import { HOSTILE, hostileInput } from './hostile.ts';

type Schema = { properties?: object; [key: string]: unknown };
const schema = JSON.parse(
  readFileSync(new URL('../../src/report/report.schema.json', import.meta.url), 'utf8'),
) as Schema;

/** The same schema, but with no room for fields that it does not name. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  return 'properties' in copy ? { additionalProperties: false, ...copy } : copy;
}

const report = JSON.parse(jsonReport(input)) as Record<string, unknown>;

describe('the JSON report', () => {
  it('is what its published schema says, and nothing that it does not', () => {
    const validate = new Ajv2020({ allErrors: true }).compile(closed(schema) as object);
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
  });

  it('is refused by the schema when a promised field is missing', () => {
    const validate = new Ajv2020().compile(schema);
    for (const field of Object.keys(report)) {
      const { [field]: _, ...rest } = report;
      expect(validate(rest), field).toBe(false);
    }
  });

  it('has what scripts may rely on', () => {
    expect(report).toMatchObject({
      schemaVersion: 1,
      verdict: 'found',
      truncated: false,
      findings: [
        {
          rule: 'self-wake',
          level: 'error',
          confidence: 'proven',
          unit: { name: 'TlsStream', kind: 'future' },
          process: { pid: 11 },
          location: {
            file: 'src/tls.ts',
            line: 120,
            column: 3,
            functionName: 'TlsStream.pollRead',
          },
          evidence: { streak: { value: 1024, threshold: 1000 } },
          cycle: [],
        },
        {
          rule: 'wake-cycle',
          location: null,
          cycle: [
            { unit: 'Reader', location: { file: 'src/a.ts', line: 3 }, wakes: 512, via: 'waker' },
            { unit: 'Writer', location: null, wakes: 511, via: 'yield' },
          ],
        },
      ],
      notRun: [
        { rule: 'lost-waker', need: 'collected-wakers', why: 'no --expose-gc' },
        { rule: 'lost-waker', need: 'collected-wakers', why: 'no --expose-gc' },
      ],
    });
  });

  it('adds up a type over processes, but for maxima', () => {
    const [first] = report['units'] as Record<string, unknown>[];
    expect(first).toMatchObject({
      name: 'CopyBidirectional',
      polls: 1_234_570,
      reads: 4,
      longestStreak: 1_233_999,
    });
    expect(Object.keys(first!)).toEqual(expect.arrayContaining([...COUNTER_NAMES]));
  });

  it('says that a recording was cut', () => {
    const cut = jsonReport({ ...input, recording: { ...recording, isTruncated: true } });
    expect(JSON.parse(cut)).toMatchObject({ truncated: true });
  });

  it.each(Object.entries(HOSTILE))('has %s as it was, and prints nothing of it raw', (_, text) => {
    const printed = jsonReport(hostileInput(text));
    expect(printed.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/u);
    expect(JSON.parse(printed)).toMatchObject({ findings: [{ unit: { name: text } }, {}] });
  });
});
