/** Counters per future type over all segments: the same type in two processes is one row. */
import { COUNTER_NAMES, type Counters } from '../model/counters.ts';
import type { Place, Recording, Unit, UnitKind } from '../model/recording.ts';

export interface UnitColumn {
  title: string;
  value(counters: Counters): number;
  /** It counts polls: a layer that only a helper's reads were seen of has none to show. */
  isOfPolls: boolean;
}

/** What tables show of a unit's counters. */
export const UNIT_COLUMNS: readonly UnitColumn[] = [
  { title: 'polls', value: (c) => c.polls, isOfPolls: true },
  { title: 'pending', value: (c) => c.pendings, isOfPolls: true },
  { title: 'self-woken', value: (c) => c.selfWokenPendings, isOfPolls: true },
  { title: 'yields', value: (c) => c.yields + c.forcedYields, isOfPolls: true },
  { title: 'reads', value: (c) => c.reads, isOfPolls: false },
  { title: 'empty', value: (c) => c.emptyReads + c.emptyWrites, isOfPolls: false },
  { title: 'streak', value: (c) => c.longestStreak, isOfPolls: true },
];

export interface UnitTotal {
  key: string;
  name: string;
  kind: UnitKind;
  place: Place | null;
  counters: Counters;
}

/** The suspicious ones first: by self-woken Pendings and empty Readys, then by polls, then by name. */
export function unitTotals(recording: Recording): UnitTotal[] {
  const totals = new Map<string, UnitTotal>();
  for (const segment of recording.segments) {
    for (const [id, counters] of segment.counters) {
      const unit = segment.units.get(id) ?? unnamed(id);
      const total = totals.get(unit.key);
      if (total !== undefined) add(total.counters, counters);
      else totals.set(unit.key, { ...introduce(unit), counters: { ...counters } });
    }
  }
  return [...totals.values()].sort(
    (a, b) =>
      suspicion(b) - suspicion(a) ||
      b.counters.polls - a.counters.polls ||
      compareText(a.name, b.name) ||
      compareText(a.key, b.key),
  );
}

/** By code unit: the same on every machine, whatever its language. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function introduce({ key, name, kind, place }: Unit): Omit<UnitTotal, 'counters'> {
  return { key, name, kind, place };
}

function suspicion({ counters }: UnitTotal): number {
  return counters.selfWokenPendings + counters.emptyReads + counters.emptyWrites;
}

/** Counters came without their unit's introduction: the recording was cut, or lines were lost. */
function unnamed(id: number): Unit {
  return { id, kind: 'future', name: `unit ${id}`, place: null, key: `unnamed|${id}` };
}

function add(into: Counters, more: Counters): void {
  for (const name of COUNTER_NAMES) {
    into[name] =
      name === 'longestStreak' ? Math.max(into[name], more[name]) : into[name] + more[name];
  }
}
