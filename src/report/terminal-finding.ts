/**
 * One finding on one screen, in the order in which a reader asks: what spins, where, why we
 * think so, what to do.
 */
import { codeFrameKey, type CodeFrame } from '../model/code-frame.ts';
import type { Finding } from '../model/finding.ts';
import type { Place } from '../model/recording.ts';
import { drawnChain } from './chain-drawing.ts';
import { cleanText } from './clean-text.ts';
import { drawnCodeFrame } from './code-frame-drawing.ts';
import { drawnCycle } from './cycle-drawing.ts';
import { drawnLoop } from './loop-drawing.ts';
import { evidenceRows } from './evidence-rows.ts';
import { paintOf, VALUES_FROM, wrapped, type Paint } from './paint.ts';
import type { ReportStyle } from './report.ts';

const INDENT = ' '.repeat(VALUES_FROM);

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
    ...course(finding, paint),
    ...test(finding, paint),
    ...task(finding, paint),
    row('do', wrapped(cleanText(finding.advice), paint.width, INDENT), paint),
    row('', paint.dim(`selfwake explain ${finding.rule}`), paint),
  ];
  return `${blocks.join('\n')}\n`;
}

/** The line that names a finding; `remark` says what else there is to know of it. */
export function headline(finding: Finding, paint: Paint, remark = ''): string {
  const level = paint.level(finding.level, finding.level);
  const name = paint.bold(cleanText(finding.unit.name));
  return `${level}  ${finding.rule} in ${name}  ${paint.dim(`(${finding.confidence}${remark})`)}`;
}

/** `src/tls.ts:120:3 in TlsStream.pollRead`. */
export function placeText({ file, line, column, functionName }: Place): string {
  const inside = functionName === null ? '' : ` in ${cleanText(functionName)}`;
  return `${cleanText(file)}:${line}:${column}${inside}`;
}

function row(label: string, text: string, paint: Paint): string {
  return `  ${paint.dim(label.padEnd(VALUES_FROM - 2))}${text}`;
}

/** The layers of a future and who wakes whom; of a plain function its loop, and the way into it. */
function course({ unit, chain, cycle }: Finding, paint: Paint): string[] {
  const layers = drawnChain(chain, paint);
  if (unit.kind !== 'site') {
    return [
      ...drawing('chain', layers, paint),
      ...drawing('cycle', drawnCycle(cycle, paint), paint),
    ];
  }
  return [...drawing('loop', drawnLoop(cycle, paint), paint), ...drawing('way in', layers, paint)];
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
  if (location === null) return [row('where', nowhere(finding), paint)];
  const frame = codeFrames.get(codeFrameKey(segment, location));
  const lines = [paint.bold(placeText(location))];
  if (frame !== undefined) lines.push(...drawnCodeFrame(frame, location, paint));
  return [row('where', lines.join(`\n${INDENT}`), paint)];
}

function test({ test: name }: Finding, paint: Paint): string[] {
  return name === null ? [] : [row('test', wrapped(cleanText(name), paint.width, INDENT), paint)];
}

/** Sampled stacks name functions, and no lines. */
function nowhere({ attribution, unit }: Finding): string {
  if (attribution === 'stacks') return `in the polls of ${cleanText(unit.name)}`;
  return 'not known: no stack could be taken';
}

function task({ task: seen, process }: Finding, paint: Paint): string[] {
  const thread = process.thread === 0 ? '' : `, thread ${process.thread}`;
  // A file tells nothing of the process that it is from.
  const inProcess = process.pid === 0 ? [] : [row('process', `${process.pid}${thread}`, paint)];
  if (seen === null) return inProcess;
  const name = cleanText(seen.name);
  const text = seen.spawnedAt === null ? name : `${name}, spawned at ${placeText(seen.spawnedAt)}`;
  return [row('task', wrapped(text, paint.width, INDENT), paint), ...inProcess];
}
