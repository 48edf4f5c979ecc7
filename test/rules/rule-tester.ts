/**
 * Runs a rule on its cases, and the cases on the rule: a table that is empty, a message
 * that no case shows, or a threshold with cases on one side only is a failure, too.
 */
import { describe, expect, it } from 'vitest';
import type { FoundCase, RuleCase, RuleCases } from './rule-cases.ts';
import type { Rule, RuleAnswer, RuleMeta, Thresholds } from '../../src/rules/rule.ts';

export function testRule(rule: Rule, cases: RuleCases): void {
  describe(rule.meta.id, () => {
    describe('ok', () => {
      it.each(cases.ok)('$name', (each) => {
        expect(answerTo(rule, each)).toEqual({ answer: 'ok' });
      });
    });
    describe('found', () => {
      it.each(cases.found)('$name', (each) => expectFound(rule, each));
    });
    describe('notEnough', () => {
      it.each(cases.notEnough)('$name', (each) => {
        expect(answerTo(rule, each).answer).toBe('notEnough');
      });
    });
    it('has cases for every answer and every message', () => {
      expect(cases.ok).not.toEqual([]);
      expect(cases.notEnough).not.toEqual([]);
      const shown = new Set(cases.found.map(({ messageId }) => messageId));
      expect(shown).toEqual(new Set(Object.keys(rule.meta.messages)));
    });
    it.each(mutationsOf(rule.meta))('has a case that notices $key = $value', ({ key, value }) => {
      const all = [...cases.ok, ...cases.found, ...cases.notEnough];
      const notices = all.filter(
        (each) => digest(rule, each) !== digest(rule, each, { [key]: value }),
      );
      expect(notices, 'no case sits at this side of the threshold').not.toEqual([]);
    });
  });
}

/** A case's answer as text, to compare it with another's. */
export function digest(rule: Rule, each: RuleCase, mutation: Record<string, number> = {}): string {
  const answer = answerTo(rule, { ...each, thresholds: { ...each.thresholds, ...mutation } });
  if (answer.answer !== 'found') return answer.answer;
  // The thresholds that evidence shows change with any mutation: they prove nothing.
  const hideThresholds = (key: string, value: unknown) => (key === 'threshold' ? undefined : value);
  return JSON.stringify(answer, hideThresholds);
}

function answerTo(rule: Rule, each: RuleCase): RuleAnswer {
  return rule.check(each.segment, { ...defaultsOf(rule.meta), ...each.thresholds });
}

function defaultsOf(meta: RuleMeta): Thresholds {
  const entries = Object.entries(meta.thresholds);
  return Object.fromEntries(entries.map(([key, spec]) => [key, spec.default]));
}

function expectFound(rule: Rule, each: FoundCase): void {
  const answer = answerTo(rule, each);
  if (answer.answer !== 'found') throw new Error(`the answer was ${answer.answer}`);
  expect(answer.findings).toHaveLength(1);
  const [finding] = answer.findings;
  expect(finding).toMatchObject({ messageId: each.messageId, confidence: each.confidence });
  expect(finding?.level).toBe(each.level);
  for (const [key, value] of Object.entries(each.evidence ?? {})) {
    expect(finding?.evidence[key]?.value, key).toBe(value);
  }
  for (const hole of rule.meta.messages[each.messageId]?.matchAll(/\{\{(\w+)\}\}/g) ?? []) {
    const names = ['unit', ...Object.keys(finding?.data ?? {})];
    expect(names).toContain(hole[1]);
  }
}

/** Switched off, always on, turned round, and one step to either side. */
function mutationsOf(meta: RuleMeta): { key: string; value: number }[] {
  return Object.entries(meta.thresholds).flatMap(([key, spec]) => {
    const step = spec.default < 1 ? 0.01 : 1;
    const values = [0, Infinity, -spec.default, spec.default - step, spec.default + step];
    return values.map((value) => ({ key, value }));
  });
}
