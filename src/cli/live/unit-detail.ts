/** All that is known of one row, as text: what was found as the terminal report shows it, else its numbers. */
import type { CodeFrame } from '../../model/code-frame.ts';
import { cleanText } from '../../report/clean-text.ts';
import { grouped, paintOf, plural } from '../../report/paint.ts';
import type { ReportStyle } from '../../report/report.ts';
import { terminalFinding } from '../../report/terminal-finding.ts';
import { UNIT_COLUMNS } from '../../report/unit-totals.ts';
import type { LiveRow } from './live-row.ts';

/** Of those that something was told of. */
const MOST_TASKS = 20;

export function unitDetail(
  row: LiveRow,
  codeFrames: ReadonlyMap<string, CodeFrame>,
  style: ReportStyle,
): string {
  const paint = paintOf(style);
  const findings = row.findings.map((finding) => terminalFinding(finding, codeFrames, style));
  const known = factsOf(row).map(([label, value]) => `  ${paint.dim(label.padEnd(12))}${value}`);
  const title = findings.length > 0 ? [] : [paint.bold(row.name), ''];
  const calm = findings.length > 0 ? [] : ['', '  Nothing was found in it so far.'];
  return [...findings, ...title, ...known, ...calm].join('\n');
}

function factsOf(row: LiveRow): (readonly [string, string])[] {
  const { kind, name, place, process, segment, unit } = row;
  const { info, traces, tracedNs, watchedNs, blind } = segment;
  if (kind === 'thread') {
    return [
      ['runs', place],
      ['on', cleanText(info.process.runtime)],
      ['watched', `${seconds(watchedNs)}, ${plural(traces, 'trace')} in ${seconds(tracedNs)}`],
      ...blind.map(({ why }): [string, string] => ['not seen', cleanText(why)]),
    ];
  }
  const counters = unit === null ? undefined : segment.counters.get(unit);
  const counts =
    counters === undefined
      ? []
      : UNIT_COLUMNS.map(({ title, value }): [string, string] => [title, grouped(value(counters))]);
  const tasks = [...segment.tasks.values()].flatMap((task) =>
    task.unit === unit && task.name !== null ? [task.name] : [],
  );
  const counted = unit === null ? undefined : segment.units.get(unit);
  return [
    ['unit', name],
    ['place', place === '' ? 'not known' : place],
    ['process', process],
    ...(counts.length > 0 ? [['counts of', cleanText(counted?.name ?? name)] as const] : []),
    ...counts,
    ...tasks.slice(0, MOST_TASKS).map((name): [string, string] => ['task', cleanText(name)]),
  ];
}

function seconds(ns: number): string {
  return `${(ns / 1e9).toFixed(1)} s`;
}
