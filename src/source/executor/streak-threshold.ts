import { RULES } from '../../rules/index.ts';
import type { ThresholdOverrides } from '../../analysis/thresholds.ts';

/** The lowest `streak` that any rule asks for, with overrides of the program and of the command line. */
export function streakThreshold(
  overrides: ThresholdOverrides,
  flat: Readonly<Record<string, number>>,
): number {
  const streaks = RULES.filter((rule) => 'streak' in rule.meta.thresholds).map(({ meta }) => {
    const set = flat[`${meta.id}.streak`] ?? overrides[meta.id]?.['streak'];
    return set ?? meta.thresholds['streak']!.default;
  });
  return Math.max(8, Math.min(...streaks));
}
