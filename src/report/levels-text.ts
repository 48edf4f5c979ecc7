import type { Finding, Level } from '../model/finding.ts';
import { plural } from './paint.ts';

const LEVELS: readonly Level[] = ['error', 'warning', 'note'];

/** `1 error, 2 notes`; empty where nothing was found. */
export function levelsText(findings: readonly Finding[]): string {
  return LEVELS.map((level) => ({ level, count: findings.filter((f) => f.level === level).length }))
    .filter(({ count }) => count > 0)
    .map(({ level, count }) => plural(count, level))
    .join(', ');
}
