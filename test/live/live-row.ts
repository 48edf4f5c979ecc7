import { type LiveRow, NO_VALUES, type Values } from '../../src/cli/live/live-row.ts';
import { calmSegment } from '../rules/calm-segment.ts';

/** A row of the live view in which nothing was seen. */
export function liveRow(
  changes: Partial<Omit<LiveRow, 'values'>> & { values?: Partial<Values> },
): LiveRow {
  return {
    id: 'row',
    kind: 'unit',
    name: 'Reader',
    place: '',
    process: '1',
    findings: [],
    segment: calmSegment(),
    unit: 1,
    trend: [],
    suspicion: 0,
    ...changes,
    values: { ...NO_VALUES, ...changes.values },
  };
}
