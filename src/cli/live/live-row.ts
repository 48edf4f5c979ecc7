/** One row of the live view. */
import type { Finding } from '../../model/finding.ts';
import type { Segment } from '../../model/recording.ts';

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
  /** Whose numbers they are, by its number in the segment: the unit, or what it is a layer of. */
  unit: number | null;
  values: Values;
  /** What it did in the last looks, oldest first: polls of a unit, CPU of a thread. */
  trend: readonly number[];
  /** Among rows without a finding, which to look at first. */
  suspicion: number;
}

export const NO_VALUES: Values = {
  polls: null,
  self: null,
  barren: null,
  cpu: null,
  turns: null,
  traces: null,
};

export function byName(a: LiveRow, b: LiveRow): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
