/** The rules as reports tell of them, with their pages. */
import { readFileSync } from 'node:fs';
import type { RuleHelp } from '../report/report.ts';
import { RULES } from '../rules/index.ts';

export function ruleHelp(): RuleHelp[] {
  return RULES.map(({ meta: { id, summary, level } }) => ({
    id,
    summary,
    level,
    page: rulePage(id),
  }));
}

/** Pages lie beside their rules, in the sources and in the build. */
export function rulePage(id: string): string {
  return readFileSync(new URL(`../rules/${id}.md`, import.meta.url), 'utf8');
}
