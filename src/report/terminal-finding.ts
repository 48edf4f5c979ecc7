/**
 * One finding on one screen, in the order in which a reader asks: what spins, where, why we
 * think so, what to do.
 */
import type { EvidenceItem, Finding } from '../model/finding.ts';
import type { Place } from '../model/recording.ts';
import { drawnChain } from './chain-drawing.ts';
import { cleanText } from './clean-text.ts';
import { drawnCodeFrame } from './code-frame-drawing.ts';
import { drawnCycle } from './cycle-drawing.ts';
import { grouped, paintOf, wrapped, type Paint } from './paint.ts';
import { codeFrameKey, type CodeFrame, type ReportStyle } from './report.ts';

/** Labels are this wide, so that all values begin in one column. */
const LABEL = 8;
const INDENT = ' '.repeat(LABEL + 2);

export function terminalFinding(
  finding: Finding,
  codeFrames: ReadonlyMap<string, CodeFrame>,
  style: ReportStyle,
): string {
  const paint = paintOf(style);
  const blocks = [
    headline(finding, paint),
    '',
    row('what', wrapped(cleanText(finding.message), paint.width, INDENT), paint),
    ...where(finding, codeFrames, paint),
    row('why', evidenceRows(finding, paint).join(`\n${INDENT}`), paint),
    ...drawing('chain', drawnChain(finding.chain, paint), paint),
    ...drawing('cycle', drawnCycle(finding.cycle, paint), paint),
    ...task(finding, paint),
    row('do', wrapped(cleanText(finding.advice), paint.width, INDENT), paint),
    row('', paint.dim(`selfwake explain ${finding.rule}`), paint),
  ];
  return `${blocks.join('\n')}\n`;
}

/** The line that names a finding; also in lists of findings already shown. */
export function headline(finding: Finding, paint: Paint): string {
  const level = paint.level(finding.level, finding.level);
  const name = paint.bold(cleanText(finding.unit.name));
  return `${level}  ${finding.rule} in ${name}  ${paint.dim(`(${finding.confidence})`)}`;
}

function placeText({ file, line, column, functionName }: Place): string {
  const inside = functionName === null ? '' : ` in ${cleanText(functionName)}`;
  return `${cleanText(file)}:${line}:${column}${inside}`;
}

function row(label: string, text: string, paint: Paint): string {
  return `  ${paint.dim(label.padEnd(LABEL))}${text}`;
}

function drawing(label: string, lines: string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : [row(label, lines.join(`\n${INDENT}`), paint)];
}

function where(
  finding: Finding,
  codeFrames: ReadonlyMap<string, CodeFrame>,
  paint: Paint,
): string[] {
  const { location, segment } = finding;
  if (location === null) return [row('where', 'not known: no stack could be taken', paint)];
  const frame = codeFrames.get(codeFrameKey(segment, location));
  const lines = [paint.bold(placeText(location))];
  if (frame !== undefined) lines.push(...drawnCodeFrame(frame, location, paint));
  return [row('where', lines.join(`\n${INDENT}`), paint)];
}

function task({ task: seen, process }: Finding, paint: Paint): string[] {
  const thread = process.thread === 0 ? '' : `, thread ${process.thread}`;
  const inProcess = `(process ${process.pid}${thread})`;
  if (seen === null) return [row('task', paint.dim(inProcess), paint)];
  const name = cleanText(seen.name);
  const text = seen.spawnedAt === null ? name : `${name}, spawned at ${placeText(seen.spawnedAt)}`;
  return [row('task', wrapped(`${text} ${inProcess}`, paint.width, INDENT), paint)];
}

/** Each number beside the threshold that it crossed. */
function evidenceRows({ evidence }: Finding, paint: Paint): string[] {
  const items = Object.entries(evidence).map(([name, item]) => {
    return { name: words(name), value: valueText(item), limit: limitText(item) };
  });
  const nameWidth = Math.max(0, ...items.map(({ name }) => name.length));
  const valueWidth = Math.max(0, ...items.map(({ value }) => value.length));
  return items.map(({ name, value, limit }) => {
    const text = `${name.padEnd(nameWidth)}  ${value.padEnd(limit === '' ? 0 : valueWidth)}`;
    return limit === '' ? text : `${text}  ${paint.dim(limit)}`;
  });
}

function valueText({ value, unit }: EvidenceItem): string {
  const text = typeof value === 'number' ? grouped(value) : cleanText(value);
  if (unit === undefined || unit === 'ratio') return text;
  return unit === '/s' || unit === '%' ? `${text}${unit}` : `${text} ${unit}`;
}

function limitText({ threshold, thresholdKey }: EvidenceItem): string {
  if (threshold === undefined) return '';
  const key = thresholdKey === undefined ? '' : ` (${thresholdKey})`;
  return `threshold ${grouped(threshold)}${key}`;
}

/** `meanPollNs` as `mean poll ns`. */
function words(name: string): string {
  return cleanText(name)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();
}
