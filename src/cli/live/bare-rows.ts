/** Which rows the live view has, and what they are called: threads, units, loops, layers that were found. */
import type { Counters } from '../../model/counters.ts';
import type { Finding } from '../../model/finding.ts';
import type {
  LoopSuspicion,
  Place,
  ProcessInfo,
  Segment,
  Suspicion,
  Unit,
} from '../../model/recording.ts';
import { cleanText } from '../../report/clean-text.ts';
import { type LiveRow, NO_VALUES } from './live-row.ts';

/** What was not told again for so long is over. */
const OVER_NS = 3e9;

/** Went on just now, and was not seen to work. */
export function holds({ at, state }: Suspicion, lastAt: number): boolean {
  return lastAt - at < OVER_NS && state.verdict !== 'progress';
}

/** What a row says of itself; numbers come later. */
export function bareRows(
  segment: Segment,
  findings: ReadonlyMap<string, readonly Finding[]>,
): LiveRow[] {
  const { info, units, counters, suspicions } = segment;
  const rows = new Map<string, LiveRow>();
  const base = { process: processText(info.process), segment };
  const empty = { values: NO_VALUES, trend: [], suspicion: 0 };
  if (info.source === 'probe' || info.source === 'attach') {
    const id = `${info.id}\n`;
    const { thread, pid } = info.process;
    const name = thread === 0 ? `process ${pid}` : `thread ${thread} of ${pid}`;
    const place = commandText(info.process);
    rows.set(id, { id, kind: 'thread', name, place, findings: [], unit: null, ...base, ...empty });
  }
  const add = (unit: Pick<Unit, 'key' | 'name'>, place: Place | null, number: number | null) => {
    const id = `${info.id}\n${unit.key}`;
    if (rows.has(id)) return;
    const own = findings.get(id) ?? [];
    const at = own[0]?.location ?? place;
    const where = at === null ? '' : `${cleanText(at.file)}:${at.line}`;
    const name = cleanText(unit.name);
    rows.set(id, {
      id,
      kind: 'unit',
      name,
      place: name.includes(where) ? '' : where,
      findings: own,
      unit: number,
      ...base,
      ...empty,
    });
  };
  for (const [number, counted] of counters) {
    if (!isPolled(counted) && counted.reads + counted.writes === 0) continue;
    const unit = units.get(number);
    add(unit ?? { key: `unnamed|${number}`, name: `unit ${number}` }, unit?.place ?? null, number);
  }
  for (const { kind, unit: number, place } of suspicions.values()) {
    const unit = units.get(number);
    if (kind !== 'loop' || unit === undefined) continue;
    const isKnown = findings.has(`${info.id}\n${unit.key}`);
    if (isKnown || currentLoop(segment, number) !== null) add(unit, place ?? unit.place, number);
  }
  // A layer that only the finding names is polled as often as the task that it is in.
  for (const [id, own] of findings) {
    const { unit, location, segment: of } = own[0]!;
    if (of === info.id && !rows.has(id)) add(unit, location, taskUnit(segment, unit.key));
  }
  return [...rows.values()];
}

/** The unit of the task in which a layer is under suspicion. */
function taskUnit({ suspicions, units, tasks }: Segment, key: string): number | null {
  for (const { task, unit } of suspicions.values()) {
    if (task !== null && units.get(unit)?.key === key) return tasks.get(task)?.unit ?? null;
  }
  return null;
}

function isPolled(counters: Counters | undefined): boolean {
  return counters !== undefined && counters.polls > 0;
}

/** The loop in this unit, if it went on just now and was not seen to work. */
export function currentLoop(
  { suspicions, lastAt }: Segment,
  unit: number | null,
): LoopSuspicion | null {
  for (const one of suspicions.values()) {
    if (one.kind === 'loop' && one.unit === unit && holds(one, lastAt)) return one;
  }
  return null;
}

export function byUnit(findings: readonly Finding[]): Map<string, Finding[]> {
  const units = new Map<string, Finding[]>();
  for (const finding of findings) {
    const id = `${finding.segment}\n${finding.unit.key}`;
    units.set(id, [...(units.get(id) ?? []), finding]);
  }
  return units;
}

/** `4711`, `4711/2` for a thread; of one that is known by its address, the address. */
function processText({ pid, thread, command }: ProcessInfo): string {
  if (pid === 0) return cleanText(command[0] ?? '');
  return thread === 0 ? String(pid) : `${pid}/${thread}`;
}

/** Without the path of Node and of the script. */
function commandText({ command }: ProcessInfo): string {
  const [program = '', script, ...rest] = command;
  const shown = script === undefined ? [program] : [script.split(/[/\\]/).at(-1)!, ...rest];
  return cleanText(shown.join(' '));
}
