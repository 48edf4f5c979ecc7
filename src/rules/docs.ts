/** What a rule's Markdown page must look like, so that pages, defaults and rules agree. */
import type { RuleMeta } from './rule.ts';

/** The H2 headings of every page, in this order. */
export const DOC_HEADINGS = [
  'What',
  'Why it matters',
  'How it is judged',
  'Thresholds',
  'What to do',
  'Not flagged',
] as const;

/** The page's section on thresholds, without its heading. */
export function thresholdsSection({ id, thresholds }: RuleMeta): string {
  const specs = Object.entries(thresholds);
  if (specs.length === 0) return 'None.';
  return specs
    .map(([key, spec]) => `- \`${id}.${key}=${spec.default}\` (${spec.unit}). ${spec.why}`)
    .join('\n');
}
