/** What a project says once, in `selfwake.config.{ts,js,json}`; flags win over it. */
import type { Level } from './finding.ts';
import type { Schema } from './schema-problem.ts';

export interface SelfwakeConfig {
  /** Findings of this level and above fail a run. */
  failOn?: Level | 'never';
  /** Rule id to `off`, or to the level of its findings. */
  rules?: Record<string, Level | 'off'>;
  /** Rule id to thresholds; `selfwake rules` prints the defaults. */
  thresholds?: Record<string, Record<string, number>>;
  /** Findings that are known and shall not fail anything. */
  suppressions?: SuppressionConfig[];
  /** A file that `selfwake baseline` has written: what is in it fails nothing, what is worse does. */
  baseline?: string;
}

/** Fits a finding when each of its patterns does; `*` stands for anything. */
export interface SuppressionConfig {
  rule: string;
  /** The name of the unit. */
  unit?: string;
  /** The path of the place. */
  file?: string;
  /** For those who read it later. */
  reason: string;
}

/** For types, and for editors that know them: answers what it was given. */
export function defineConfig(config: SelfwakeConfig): SelfwakeConfig {
  return config;
}

const text: Schema = { type: 'string' };
const level: Schema = { enum: ['error', 'warning', 'note'] };

export const configSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:selfwake:config:1',
  title: 'The configuration of selfwake',
  type: 'object',
  properties: {
    $schema: text,
    failOn: { enum: ['error', 'warning', 'note', 'never'] },
    rules: { type: 'object', additionalProperties: { anyOf: [level, { enum: ['off'] }] } },
    thresholds: {
      type: 'object',
      additionalProperties: { type: 'object', additionalProperties: { type: 'number' } },
    },
    suppressions: {
      type: 'array',
      items: {
        type: 'object',
        properties: { rule: text, unit: text, file: text, reason: text },
        required: ['rule', 'reason'],
        additionalProperties: false,
      },
    },
    baseline: text,
  },
  additionalProperties: false,
};
