/** What `selfwake baseline` writes: the rates of each unit, and the findings that are known. */
import { readFileSync } from 'node:fs';
import type { Rates, UnitRates } from '../analysis/compare-rates.ts';
import { reasonOf, SelfwakeError } from '../model/errors.ts';
import type { Recording } from '../model/recording.ts';
import { schemaProblem, type Schema } from '../model/schema-problem.ts';
import { unitTotals } from '../report/unit-totals.ts';

export interface Baseline {
  schemaVersion: 1;
  /** Recordings that it was made of. */
  runs: number;
  findings: string[];
  units: Record<string, UnitRates>;
}

const count: Schema = { type: 'number', minimum: 0 };
const schema: Schema = {
  type: 'object',
  properties: {
    schemaVersion: { type: 'integer', minimum: 1 },
    runs: count,
    findings: { type: 'array', items: { type: 'string' } },
    units: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          polls: count,
          selfWoken: count,
          operations: count,
          empty: count,
        },
        required: ['name', 'polls', 'selfWoken', 'operations', 'empty'],
      },
    },
  },
  required: ['schemaVersion', 'findings', 'units'],
};

export function readBaseline(path: string): Baseline {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const problem = schemaProblem(schema, value);
    if (problem !== null) throw new Error(problem.replace('the line', 'it'));
    return value as Baseline;
  } catch (cause) {
    const why = reasonOf(cause);
    throw new SelfwakeError(
      'cannot-read-baseline',
      `Cannot read the baseline ${path}: ${why}. Make one with: selfwake baseline RECORDING -o ${path}.`,
      { cause },
    );
  }
}

/** The rates of several runs together. */
export function ratesOf(recordings: readonly Recording[]): Rates {
  const rates: Record<string, UnitRates> = {};
  for (const { key, name, counters } of recordings.flatMap(unitTotals)) {
    const { polls, selfWokenPendings, reads, writes, emptyReads, emptyWrites } = counters;
    const sum = (rates[key] ??= { name, polls: 0, selfWoken: 0, operations: 0, empty: 0 });
    sum.polls += polls;
    sum.selfWoken += selfWokenPendings;
    sum.operations += reads + writes;
    sum.empty += emptyReads + emptyWrites;
  }
  return rates;
}
