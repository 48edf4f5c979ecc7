import type { ThresholdOverrides } from './thresholds.ts';

/** `rule.key` to value, so that no source marks later than a rule asks. */
export function flatThresholds(overrides: ThresholdOverrides): Record<string, number> {
  const entries = Object.entries(overrides).flatMap(([rule, values]) =>
    Object.entries(values).map(([key, value]) => [`${rule}.${key}`, value] as const),
  );
  return Object.fromEntries(entries);
}
