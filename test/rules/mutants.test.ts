import { describe, expect, it } from 'vitest';
import { CASES } from './cases/index.ts';
import { linkRules, mutantsOf, RULE_FILES } from './mutants.ts';
import { digest } from './rule-tester.ts';
import type { Rule } from '../../src/rules/rule.ts';

/** What all rules answer to all cases; an error is an answer as well. */
function answersOf(rules: readonly Rule[]): string[] {
  return rules.flatMap((rule) => {
    const { ok, found, notEnough } = CASES[rule.meta.id]!;
    return [...ok, ...found, ...notEnough].map((each) => {
      try {
        return digest(rule, each);
      } catch (error) {
        return String(error);
      }
    });
  });
}

describe('a condition that is negated or turned round', () => {
  const expected = answersOf(linkRules());
  const mutants = RULE_FILES.flatMap(mutantsOf);

  it('is found in every rule', () => {
    const files = new Set(mutants.map(({ file }) => file));
    for (const { meta } of linkRules()) expect(files).toContain(`${meta.id}.ts`);
    expect(mutants.length).toBeGreaterThan(50);
    expect(expected.filter((answer) => answer.includes('Error'))).toEqual([]);
  });

  it.each(mutants)('is noticed by a case: $file:$line $change', (mutant) => {
    expect(answersOf(linkRules(mutant))).not.toEqual(expected);
  });
});
