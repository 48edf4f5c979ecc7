/**
 * What the HTML page gets to draw, small enough for any recording: of units the most
 * suspicious, of edges the heaviest and all that lie on a cycle, of times a few hundred bins.
 * Plain data: the page makes text of it, never markup.
 */
import { codeFrameKey } from '../model/code-frame.ts';
import type { Finding } from '../model/finding.ts';
import type { Place } from '../model/recording.ts';
import { cleanCode, cleanText } from './clean-text.ts';
import { evidenceItems } from './evidence-rows.ts';
import { shortened } from './paint.ts';
import { remarksOn } from './remarks.ts';
import type { ReportInput } from './report.ts';
import { seenText } from './seen-text.ts';
import { stackTree, type StackNode } from './stack-tree.ts';
import { timeline, type Lane } from './timeline.ts';
import { UNIT_COLUMNS, unitTotals } from './unit-totals.ts';
import { wakeGraph, type GraphData } from './wake-graph-data.ts';

/** A longer name tells no more, and 10,000 of them have to fit. */
const LONGEST_NAME = 120;
const MAX_FINDINGS = 200;
/** Text of all units: the page shall stay below two megabytes. */
const MAX_UNIT_CHARS = 1_400_000;

export interface PageData {
  toolVersion: string;
  verdict: 'ok' | 'found' | 'not-enough';
  seen: string;
  remarks: string[];
  findings: FindingData[];
  moreFindings: number;
  columns: readonly string[];
  /** `[name, kind, place, …numbers of the columns]`. */
  units: (string | number)[][];
  moreUnits: number;
  graph: GraphData;
  stacks: StackNode[];
  lanes: Lane[];
}

export interface FindingData {
  rule: string;
  level: Finding['level'];
  confidence: Finding['confidence'];
  unit: string;
  place: string | null;
  message: string;
  advice: string;
  task: string | null;
  test: string | null;
  process: string;
  evidence: [name: string, value: string, limit: string][];
  code: { firstLine: number; line: number; column: number; lines: string[] } | null;
  chain: { name: string; place: string; isGuilty: boolean }[];
  cycle: { unit: string; place: string; wakes: number; via: string }[];
  page: string;
}

export function pageData(input: ReportInput): PageData {
  const { recording, judgement } = input;
  const findings = judgement.findings.slice(0, MAX_FINDINGS);
  const { units, moreUnits } = unitRows(input);
  return {
    toolVersion: recording.toolVersion,
    verdict: judgement.verdict,
    seen: seenText(recording),
    remarks: remarksOn(recording, judgement),
    findings: findings.map((finding) => findingData(finding, input)),
    moreFindings: judgement.findings.length - findings.length,
    columns: UNIT_COLUMNS.map(({ title }) => title),
    units,
    moreUnits,
    graph: wakeGraph(recording, findings, nameText),
    stacks: stackTree(recording, nameText),
    lanes: timeline(recording, findings, nameText),
  };
}

function findingData(finding: Finding, input: ReportInput): FindingData {
  const { location, segment, process, task, test } = finding;
  const frame = location && input.codeFrames.get(codeFrameKey(segment, location));
  const thread = process.thread === 0 ? '' : `, thread ${process.thread}`;
  return {
    rule: finding.rule,
    level: finding.level,
    confidence: finding.confidence,
    unit: nameText(finding.unit.name),
    place: location && placeText(location),
    message: cleanText(finding.message),
    advice: cleanText(finding.advice),
    task: task && nameText(task.name),
    test: test && nameText(test),
    process: `${process.pid}${thread}`,
    evidence: evidenceItems(finding).map(({ name, value, limit }) => [name, value, limit]),
    code:
      location && frame
        ? {
            firstLine: frame.firstLine,
            line: location.line,
            column: location.column,
            lines: frame.lines.map((line) => cleanCode(line)),
          }
        : null,
    chain: finding.chain.map(({ name, place, isGuilty }) => ({
      name: nameText(name),
      place: place === null ? '' : placeText(place),
      isGuilty,
    })),
    cycle: finding.cycle.map(({ unit, location: at, wakes, via }) => ({
      unit: nameText(unit),
      place: at === null ? '' : placeText(at),
      wakes,
      via,
    })),
    page: input.rules.find(({ id }) => id === finding.rule)?.page ?? '',
  };
}

function unitRows({ recording }: ReportInput): Pick<PageData, 'units' | 'moreUnits'> {
  const totals = unitTotals(recording);
  const units: PageData['units'] = [];
  let chars = 0;
  for (const { name, kind, place, counters } of totals) {
    const row = [
      nameText(name),
      kind,
      place === null ? '' : placeText(place),
      ...UNIT_COLUMNS.map(({ value }) => value(counters)),
    ];
    chars += JSON.stringify(row).length;
    if (chars > MAX_UNIT_CHARS) break;
    units.push(row);
  }
  return { units, moreUnits: totals.length - units.length };
}

function nameText(name: string): string {
  return shortened(cleanText(name), LONGEST_NAME);
}

function placeText({ file, line, functionName }: Place): string {
  const inside = functionName === null ? '' : ` in ${nameText(functionName)}`;
  return `${nameText(file)}:${line}${inside}`;
}
