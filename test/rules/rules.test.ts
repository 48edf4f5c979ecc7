import { describe, expect, it } from 'vitest';
import { CASES } from './cases/index.ts';
import { testRule } from './rule-tester.ts';
import { RULES, RULES_BY_ID } from '../../src/rules/index.ts';

describe('the table of rules', () => {
  it('has each id once, and cases for each', () => {
    expect(RULES_BY_ID.size).toBe(RULES.length);
    expect(Object.keys(CASES).sort()).toEqual([...RULES_BY_ID.keys()].sort());
  });
});

for (const rule of RULES) testRule(rule, CASES[rule.meta.id]!);
