/** What a run of a case under `selfwake run` is worth. Pure: reports and outputs in, a row out. */
import type { Case, GuiltyPlace, Half } from './cases.ts';

/** The part of the JSON report that is judged. */
export interface Report {
  verdict: string;
  findings: ReportedFinding[];
}

export interface ReportedFinding {
  rule: string;
  level: 'error' | 'warning' | 'note';
  confidence: string;
  unit: { name: string };
  location: ReportedPlace | null;
  evidence: Record<string, { value: number | string; unit?: string }>;
  cycle: { unit: string; location: ReportedPlace | null }[];
}

interface ReportedPlace {
  file: string;
  line: number;
  functionName: string | null;
}

/** What was seen of one run; of a healthy program with `--fail-on never`, so that its exit code is its own. */
export interface Observation {
  /** Null when none was written. */
  report: Report | null;
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** From the program's start until its first finding was printed; null without one. */
  verdictSeconds: number | null;
  /** It was still there long after its time and had to be killed. */
  hasHung: boolean;
}

/** How the same program ends when nobody watches. */
export interface PlainRun {
  exitCode: number | null;
  stdout: string;
}

interface RowStart {
  id: string;
  group: string;
  half: Half;
  /** `v20.20.2`. */
  node: string;
  /** What was reported, or went wrong; empty when nothing was. */
  remark: string;
  /** As they were reported, for the JSON file. */
  findings: ReportedFinding[];
}

export interface SpinRow extends RowStart {
  kind: 'spin';
  /** Any finding at warning or above. */
  isNoticed: boolean;
  /** The guilty place is that of such a finding, or in its cycle. */
  isNamed: boolean;
  /** It is the place of the first one. */
  isNamedFirst: boolean;
  /** The line is named, too; null where the case does not say which it is. */
  isLineNamed: boolean | null;
  seconds: number | null;
  confidence: string | null;
  cpuPercent: number | null;
}

export interface HealthyRow extends RowStart {
  kind: 'healthy';
  isBorderline: boolean;
  /** No finding at warning or above. */
  isSilent: boolean;
  /** It ended well, and exit code and output are those of the plain run. */
  isUnchanged: boolean;
}

export type Row = SpinRow | HealthyRow;

export function judgeSpin(theCase: Case, node: string, seen: Observation): SpinRow {
  const loud = loudFindings(seen);
  const [first] = loud;
  const isGuilty = (place: ReportedPlace | null) => isAt(place, theCase.guilty);
  const line = theCase.guilty?.line ?? null;
  const named = loud.flatMap(placesOf).filter(isGuilty);
  return {
    kind: 'spin',
    ...rowStart(theCase, node),
    isNoticed: first !== undefined,
    isNamed: named.length > 0,
    isNamedFirst: first !== undefined && isGuilty(first.location),
    isLineNamed: line === null ? null : named.some((place) => place?.line === line),
    seconds: first === undefined ? null : sinceOnset(theCase, seen),
    confidence: first?.confidence ?? null,
    cpuPercent: first === undefined ? null : cpuPercentOf(first),
    remark: remarkOf(seen),
    findings: seen.report?.findings ?? [],
  };
}

export function judgeHealthy(
  theCase: Case,
  node: string,
  seen: Observation,
  plain: PlainRun,
): HealthyRow {
  const isUnchanged =
    // A program that fails when nobody watches is no healthy one: the case is broken.
    plain.exitCode === 0 &&
    !seen.hasHung &&
    seen.report !== null &&
    seen.exitCode === plain.exitCode &&
    whatItSays(seen.stdout) === whatItSays(plain.stdout);
  const isSilent = seen.report !== null && loudFindings(seen).length === 0;
  const difference = isUnchanged
    ? ''
    : `exit code ${seen.exitCode} (plain ${plain.exitCode}), printed ${quoted(seen.stdout)} (plain ${quoted(plain.stdout)})`;
  const remark = [remarkOf(seen), difference].filter((text) => text !== '');
  return {
    kind: 'healthy',
    ...rowStart(theCase, node),
    isBorderline: theCase.isBorderline,
    isSilent,
    isUnchanged,
    remark: remark.join('; '),
    findings: seen.report?.findings ?? [],
  };
}

function sinceOnset({ onsetSeconds }: Case, { verdictSeconds }: Observation): number | null {
  return verdictSeconds === null ? null : Math.max(0, verdictSeconds - onsetSeconds);
}

function rowStart({ id, group, half }: Case, node: string): Omit<RowStart, 'remark' | 'findings'> {
  return { id, group, half, node };
}

function loudFindings({ report }: Observation): ReportedFinding[] {
  return report?.findings.filter(({ level }) => level !== 'note') ?? [];
}

function placesOf({ location, cycle }: ReportedFinding): (ReportedPlace | null)[] {
  return [location, ...cycle.map((step) => step.location)];
}

function isAt(place: ReportedPlace | null, guilty: GuiltyPlace | null): boolean {
  if (place === null || guilty === null) return false;
  return (
    guilty.file.test(place.file.replaceAll('\\', '/')) &&
    guilty.functionName.test(place.functionName ?? '')
  );
}

/** Its share of a core, by whatever name the rule gives it. */
function cpuPercentOf({ evidence }: ReportedFinding): number | null {
  for (const [name, { value, unit }] of Object.entries(evidence)) {
    if (/cpu/i.test(name) && unit === '%' && typeof value === 'number') return value;
  }
  return null;
}

function remarkOf(seen: Observation): string {
  if (seen.hasHung) return 'did not end and was killed';
  if (seen.report === null) return `no report: ${quoted(seen.stderr)}`;
  if (seen.report.findings.length > 0) return seen.report.findings.map(described).join('; ');
  return seen.report.verdict === 'ok' ? '' : `verdict ${seen.report.verdict}`;
}

/** A finding in one line. */
function described({ rule, level, confidence, unit, location }: ReportedFinding): string {
  const at =
    location === null
      ? 'no place'
      : `${location.functionName ?? '(anonymous)'} at ${shortened(location.file)}:${location.line}`;
  return `${level} ${rule} (${confidence}) in ${unit.name}, ${at}`;
}

/** Without the folders in front of a package, which differ from run to run. */
function shortened(file: string): string {
  const inPackage = file.lastIndexOf('node_modules/');
  if (inPackage !== -1) return file.slice(inPackage + 'node_modules/'.length);
  return file.startsWith('node:') ? file : file.slice(file.lastIndexOf('/') + 1);
}

/** Programs say how much they did, or say a thing so many times: both differ each time. */
function whatItSays(output: string): string {
  const lines = output.replaceAll(/-?\d+(\.\d+)?/g, '#').split('\n');
  return lines.filter((line, i) => line !== lines[i - 1]).join('\n');
}

function quoted(output: string): string {
  return JSON.stringify(output.trim().slice(-300));
}
