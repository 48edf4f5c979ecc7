/** Thresholds as users set them: `RULE.KEY=N`, checked against the rules' own ranges. */
import { SelfwakeError } from '../model/errors.ts';
import { RULES_BY_ID } from '../rules/index.ts';
import type { Rule, Thresholds } from '../rules/rule.ts';

/** Rule id → threshold key → value. What is not named keeps its default. */
export type ThresholdOverrides = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface ThresholdSetting {
  rule: string;
  key: string;
  value: number;
}

/**
 * Reads one `RULE.KEY=N`.
 *
 * @throws {SelfwakeError} `threshold-malformed`, `rule-unknown`, `threshold-unknown` or
 * `threshold-out-of-range`, each with the valid values in its sentence.
 */
export function parseThreshold(text: string): ThresholdSetting {
  const match = /^([^.=\s]+)\.([^.=\s]+)=(\S+)$/.exec(text.trim());
  const [, rule, key, number] = match ?? [];
  if (rule === undefined || key === undefined || number === undefined) {
    throw new SelfwakeError(
      'threshold-malformed',
      `'${text}' is no threshold. Write RULE.KEY=N, for example self-wake.streak=500.`,
    );
  }
  const known = RULES_BY_ID.get(rule);
  if (known === undefined) throw unknownRule(rule, RULES_BY_ID.keys());
  const value = Number(number);
  checkThreshold(known, key, value, number);
  return { rule, key, value };
}

/** Several settings as overrides; the later one of the same key wins. */
export function thresholdOverrides(settings: Iterable<ThresholdSetting>): ThresholdOverrides {
  const overrides: Record<string, Record<string, number>> = {};
  for (const { rule, key, value } of settings) (overrides[rule] ??= {})[key] = value;
  return overrides;
}

/**
 * The values a rule is run with: its defaults, then the overrides.
 *
 * @throws {SelfwakeError} as {@link parseThreshold}.
 */
export function thresholdsOf(rule: Rule, overrides: ThresholdOverrides): Thresholds {
  const { id, thresholds } = rule.meta;
  const own = Object.entries(overrides[id] ?? {});
  for (const [key, value] of own) checkThreshold(rule, key, value);
  const defaults = Object.entries(thresholds).map(([key, spec]) => [key, spec.default] as const);
  return Object.fromEntries([...defaults, ...own]);
}

export function unknownRule(id: string, valid: Iterable<string>): SelfwakeError {
  const ids = [...valid].join(', ');
  return new SelfwakeError('rule-unknown', `There is no rule '${id}'. Use one of: ${ids}.`);
}

function checkThreshold({ meta }: Rule, key: string, value: number, said = `${value}`): void {
  const { id, thresholds } = meta;
  const spec = Object.hasOwn(thresholds, key) ? thresholds[key] : undefined;
  if (spec === undefined) {
    throw unknownKey(id, key, Object.keys(thresholds));
  }
  if (value >= spec.min && value <= spec.max) return;
  throw new SelfwakeError(
    'threshold-out-of-range',
    `${id}.${key} must be a number from ${spec.min} to ${spec.max} (${spec.unit}), not ${said}. The default is ${spec.default}.`,
  );
}

function unknownKey(id: string, key: string, valid: readonly string[]): SelfwakeError {
  const message =
    valid.length === 0
      ? `Rule '${id}' has no thresholds. Leave '${key}' out.`
      : `Rule '${id}' has no threshold '${key}'. Use one of: ${valid.join(', ')}.`;
  return new SelfwakeError('threshold-unknown', message);
}
