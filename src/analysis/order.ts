/** What comes first: the worst, then the surest, then the earliest. */
import type { Confidence, Finding, Level } from '../model/finding.ts';

export const LEVEL_RANK: Readonly<Record<Level, number>> = { error: 0, warning: 1, note: 2 };

export function isAtLeast(level: Level, least: Level): boolean {
  return LEVEL_RANK[level] <= LEVEL_RANK[least];
}

const CONFIDENCE_RANK: Readonly<Record<Confidence, number>> = {
  proven: 0,
  likely: 1,
  possible: 2,
};

/** Below zero when `a` is the stronger verdict. */
export function compareStrength(
  a: { level: Level; confidence: Confidence },
  b: { level: Level; confidence: Confidence },
): number {
  return LEVEL_RANK[a.level] - LEVEL_RANK[b.level] || compareConfidence(a, b);
}

/** Below zero when `a` is surer. */
export function compareConfidence(
  a: { confidence: Confidence },
  b: { confidence: Confidence },
): number {
  return CONFIDENCE_RANK[a.confidence] - CONFIDENCE_RANK[b.confidence];
}

/** In place; a total order, so that the same findings always print the same. */
export function sortFindings(findings: Finding[]): void {
  findings.sort(
    (a, b) =>
      compareStrength(a, b) ||
      a.since - b.since ||
      compareText(a.segment, b.segment) ||
      compareText(a.fingerprint, b.fingerprint) ||
      (a.location?.line ?? 0) - (b.location?.line ?? 0),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
