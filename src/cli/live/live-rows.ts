/**
 * The rows of the live view: what polls and who runs, with rates between two looks and what they
 * were over the last half minute. Pure: the time comes with the look.
 */
import type { Counters } from '../../model/counters.ts';
import type { Finding, Judgement } from '../../model/finding.ts';
import type {
  LoopSuspicion,
  Place,
  ProcessInfo,
  Recording,
  Segment,
  Unit,
  VitalPoint,
} from '../../model/recording.ts';
import { vitalsBetween } from '../../model/vital-windows.ts';
import { cleanText } from '../../report/clean-text.ts';

/** What a row can show; null where nobody tells. All but `cpu` and `traces` are a second. */
export const MEASURES = ['polls', 'self', 'barren', 'cpu', 'turns', 'traces'] as const;
export type Measure = (typeof MEASURES)[number];
export type Values = Record<Measure, number | null>;

export interface LiveRow {
  /** The same from look to look. */
  id: string;
  kind: 'thread' | 'unit';
  name: string;
  /** Where it is; of a thread, what it runs. */
  place: string;
  process: string;
  /** The gravest first. */
  findings: readonly Finding[];
  segment: Segment;
  /** Of a unit, its number in the segment; null where only a finding speaks of it. */
  unit: number | null;
  values: Values;
  /** What it did in the last looks, oldest first: polls of a unit, CPU of a thread. */
  trend: readonly number[];
  /** Among rows without a finding, which to look at first. */
  suspicion: number;
}

interface Known {
  counters: Counters | null;
  vitals: VitalPoint | null;
  /** When they last grew. */
  grewAtMs: number;
  values: Values;
  trend: number[];
}

/** Looks in half a minute. */
export const TREND_LOOKS = 30;
/** Who told nothing for so long tells nothing any more. */
const SILENT_MS = 3000;
const SILENT_NS = SILENT_MS * 1e6;
/** A thread that wants all of a core is as suspicious as a unit with so many polls a second. */
const FULL_CORE_POLLS = 1000;
/** Polls of this length have work in them, most likely. */
const LONG_POLL_NS = 20_000;

const NOTHING: Values = {
  polls: null,
  self: null,
  barren: null,
  cpu: null,
  turns: null,
  traces: null,
};

export class LiveRows {
  #known = new Map<string, Known>();
  #lookedAtMs: number | null = null;

  /** One look, to be had about once a second; the most suspicious rows first. */
  look(recording: Recording, judgement: Judgement, atMs: number): LiveRow[] {
    const seconds = (atMs - (this.#lookedAtMs ?? atMs)) / 1000;
    this.#lookedAtMs = atMs;
    const before = this.#known;
    this.#known = new Map();
    const rows = new Map<string, LiveRow>();
    const findings = byUnit(judgement.findings);
    for (const segment of recording.segments) {
      for (const row of bareRows(segment, findings)) {
        // Of who has ended, only what was found is of interest.
        if (segment.end !== null && row.findings.length === 0) continue;
        rows.set(row.id, this.#filled(row, before.get(row.id), seconds, atMs));
      }
    }
    return [...rows.values()].sort(bySuspicion);
  }

  #filled(row: LiveRow, before: Known | undefined, seconds: number, atMs: number): LiveRow {
    const { segment } = row;
    const known: Known = {
      counters: null,
      vitals: null,
      grewAtMs: atMs,
      values: { ...NOTHING },
      trend: before?.trend ?? [],
    };
    if (row.kind === 'thread') fillThread(known, before, segment, atMs);
    else fillUnit(known, before, row, seconds);
    const { values, trend } = known;
    // Until there are two looks there is no rate.
    if (before !== undefined) {
      trend.push((row.kind === 'thread' ? values.cpu : values.polls) ?? 0);
      if (trend.length > TREND_LOOKS) trend.shift();
    }
    this.#known.set(row.id, known);
    return { ...row, values, trend: [...trend], suspicion: suspicionOf(row, values) };
  }
}

function fillThread(known: Known, before: Known | undefined, segment: Segment, atMs: number): void {
  const newest = segment.vitals.at(-1) ?? null;
  known.vitals = newest;
  known.values.traces = segment.traces;
  if (newest === null) return;
  const then = before?.vitals ?? segment.vitals.at(-2);
  if (then !== undefined && newest.at > then.at) {
    const { cpuShare, turnsPerSecond } = vitalsBetween(then, newest);
    Object.assign(known.values, { cpu: cpuShare, turns: turnsPerSecond });
  } else if (before !== undefined && atMs - before.grewAtMs < SILENT_MS) {
    // Told about once a second, and looked at as often: one of them is sometimes the faster.
    known.grewAtMs = before.grewAtMs;
    Object.assign(known.values, { cpu: before.values.cpu, turns: before.values.turns });
  } else known.grewAtMs = before?.grewAtMs ?? atMs;
}

function fillUnit(known: Known, before: Known | undefined, row: LiveRow, seconds: number): void {
  const { segment, unit } = row;
  const counters = unit === null ? undefined : segment.counters.get(unit);
  if (counters === undefined) {
    known.values.polls = currentLoop(segment, unit)?.perSecond ?? null;
    return;
  }
  // Counters are a view that goes on growing.
  known.counters = { ...counters };
  const then = before?.counters;
  if (then === undefined || then === null || seconds <= 0) return;
  const grown = (name: keyof Counters): number => Math.max(0, counters[name] - then[name]);
  const timed = grown('timedPolls');
  const polls = grown('polls') / seconds;
  known.values.polls = polls;
  known.values.self = grown('selfWokenPendings') / seconds;
  if (segment.info.source !== 'tokio') known.values.barren = grown('barrenPolls') / seconds;
  // Of a poll that goes on, nothing is counted yet. Some polls are timed, and stand for the others.
  if (timed > 0) {
    const cpu = ((grown('busyNs') / timed) * polls) / 1e9;
    known.values.cpu = segment.info.source === 'tokio' ? cpu : Math.min(1, cpu);
  }
}

/** What a row says of itself; numbers come later. */
function bareRows(segment: Segment, findings: ReadonlyMap<string, readonly Finding[]>): LiveRow[] {
  const { info, units, counters, suspicions } = segment;
  const rows = new Map<string, LiveRow>();
  const base = { process: processText(info.process), segment };
  const empty = { values: NOTHING, trend: [], suspicion: 0 };
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
    if (counted.polls + counted.reads + counted.writes === 0) continue;
    const unit = units.get(number);
    add(unit ?? { key: `unnamed|${number}`, name: `unit ${number}` }, unit?.place ?? null, number);
  }
  for (const { kind, unit: number, place } of suspicions.values()) {
    const unit = units.get(number);
    if (kind !== 'loop' || unit === undefined) continue;
    const isKnown = findings.has(`${info.id}\n${unit.key}`);
    if (isKnown || currentLoop(segment, number) !== null) add(unit, place ?? unit.place, number);
  }
  // A layer that only the finding names.
  for (const [id, own] of findings) {
    const { unit, location, segment: of } = own[0]!;
    if (of === info.id && !rows.has(id)) add(unit, location, null);
  }
  return [...rows.values()];
}

/** The loop in this unit, if it went on just now and was not seen to work. */
function currentLoop({ suspicions, lastAt }: Segment, unit: number | null): LoopSuspicion | null {
  for (const one of suspicions.values()) {
    if (one.kind !== 'loop' || one.unit !== unit) continue;
    if (lastAt - one.at < SILENT_NS && one.state.verdict !== 'progress') return one;
  }
  return null;
}

function byUnit(findings: readonly Finding[]): Map<string, Finding[]> {
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

/** Often polled, for a moment each, and by itself. */
function suspicionOf({ kind, segment, unit }: LiveRow, values: Values): number {
  if (kind === 'thread') return (values.cpu ?? 0) * FULL_CORE_POLLS;
  const { polls, self, barren } = values;
  if (polls === null || polls === 0) return 0;
  const counters = unit === null ? undefined : segment.counters.get(unit);
  const meanNs = counters === undefined ? 0 : counters.busyNs / Math.max(1, counters.timedPolls);
  const share = ((self ?? 0) + (barren ?? 0)) / polls;
  return (polls * (1 + share)) / (1 + meanNs / LONG_POLL_NS);
}

const LEVELS = ['error', 'warning', 'note'] as const;
const CONFIDENCES = ['proven', 'likely', 'possible'] as const;

function bySuspicion(a: LiveRow, b: LiveRow): number {
  return gravity(a) - gravity(b) || b.suspicion - a.suspicion || byName(a, b);
}

/** The lower, the graver. */
function gravity({ findings: [finding] }: LiveRow): number {
  if (finding === undefined) return LEVELS.length * CONFIDENCES.length;
  const level = LEVELS.indexOf(finding.level);
  return level * CONFIDENCES.length + CONFIDENCES.indexOf(finding.confidence);
}

export function byName(a: LiveRow, b: LiveRow): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
