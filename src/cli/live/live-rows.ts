/**
 * The rows of the live view: what polls and who runs, with rates between two looks and what they
 * were over the last half minute. Pure: the time comes with the look.
 */
import { compareStrength } from '../../analysis/order.ts';
import type { Counters } from '../../model/counters.ts';
import type { Judgement } from '../../model/finding.ts';
import type { Recording, Segment, VitalPoint } from '../../model/recording.ts';
import { vitalsBetween } from '../../model/vital-windows.ts';
import { bareRows, byUnit, currentLoop } from './bare-rows.ts';
import { byName, type LiveRow, NO_VALUES, type Values } from './live-row.ts';

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
/** A thread that wants all of a core is as suspicious as a unit with so many polls a second. */
const FULL_CORE_POLLS = 1000;
/** Polls of this length have work in them, most likely. */
const LONG_POLL_NS = 20_000;

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
      values: { ...NO_VALUES },
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

function bySuspicion(a: LiveRow, b: LiveRow): number {
  return byFinding(a, b) || b.suspicion - a.suspicion || byName(a, b);
}

function byFinding({ findings: [a] }: LiveRow, { findings: [b] }: LiveRow): number {
  if (a !== undefined && b !== undefined) return compareStrength(a, b);
  return Number(a === undefined) - Number(b === undefined);
}
