/** The rules, in the order in which reports list them. */
import type { Rule } from './rule.ts';
import { readyWithoutProgress } from './ready-without-progress.ts';
import { selfWake } from './self-wake.ts';

export const RULES: readonly Rule[] = [selfWake, readyWithoutProgress];

/** Rules by id. */
export const RULES_BY_ID: ReadonlyMap<string, Rule> = new Map(
  RULES.map((rule) => [rule.meta.id, rule]),
);
