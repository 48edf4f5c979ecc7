/** The report for programs. Its shape is a promise: `report.schema.json`, published with the package. */
import type { Finding } from '../model/finding.ts';
import type { Place } from '../model/recording.ts';
import { jsonText } from './json-text.ts';
import type { ReportInput } from './report.ts';
import { unitTotals, type UnitTotal } from './unit-totals.ts';

/** Grows when a reader of the older form would misread the newer. */
export const REPORT_SCHEMA_VERSION = 1;

export function jsonReport({ recording, judgement }: ReportInput): string {
  const report = {
    schemaVersion: REPORT_SCHEMA_VERSION,
    tool: { name: 'selfwake', version: recording.toolVersion },
    verdict: judgement.verdict,
    findings: judgement.findings.map(jsonFinding),
    units: unitTotals(recording).map(jsonUnit),
    notRun: judgement.notRun.map(({ rule, need, why, segment }) => ({ rule, need, why, segment })),
    suppressed: (judgement.suppressed ?? []).map(({ finding, by, reason }) => ({
      rule: finding.rule,
      unit: finding.unit.name,
      location: jsonPlace(finding.location),
      fingerprint: finding.fingerprint,
      by,
      reason,
    })),
    unusedSuppressions: judgement.unused ?? [],
    worse: judgement.worse ?? [],
    brokenRules: judgement.brokenRules.map(({ rule, error }) => ({ rule, error })),
    processes: recording.segments.map(({ info, end, watchedNs, traces, tracedNs }) => ({
      segment: info.id,
      process: info.process,
      source: info.source,
      watchedMs: Math.round(watchedNs / 1e6),
      traces,
      tracedMs: Math.round(tracedNs / 1e6),
      exitCode: end?.exitCode ?? null,
      signal: end?.signal ?? null,
    })),
    truncated: recording.isTruncated,
  };
  return jsonText(report);
}

function jsonFinding(finding: Finding): object {
  const { unit, task } = finding;
  return {
    rule: finding.rule,
    level: finding.level,
    confidence: finding.confidence,
    unit: { name: unit.name, kind: unit.kind, key: unit.key },
    task: task && { name: task.name, spawnedAt: jsonPlace(task.spawnedAt) },
    test: finding.test,
    process: finding.process,
    segment: finding.segment,
    location: jsonPlace(finding.location),
    attribution: finding.attribution,
    chain: finding.chain.map(({ name, place, isGuilty }) => ({
      name,
      location: jsonPlace(place),
      isGuilty,
    })),
    messageId: finding.messageId,
    message: finding.message,
    advice: finding.advice,
    evidence: finding.evidence,
    cycle: finding.cycle.map(({ unit: name, location, wakes, via }) => ({
      unit: name,
      location: jsonPlace(location),
      wakes,
      via,
    })),
    since: finding.since,
    fingerprint: finding.fingerprint,
  };
}

function jsonUnit({ name, kind, key, place, counters }: UnitTotal): object {
  return { name, kind, key, location: jsonPlace(place), ...counters };
}

function jsonPlace(place: Place | null): object | null {
  if (place === null) return null;
  const { file, line, column, functionName } = place;
  return { file, line, column, functionName };
}
