/** The same loop in many tasks is one finding, with the number of tasks in its evidence. */
import { compareStrength } from './order.ts';
import type { RawFinding } from './raw-finding.ts';
import type { Place } from '../model/recording.ts';

/** Of each rule, unit and place keeps the strongest finding; the newest of equals. */
export function mergeSamePlace(found: readonly RawFinding[]): RawFinding[] {
  const byPlace = new Map<string, RawFinding>();
  for (const finding of found) {
    const key = `${finding.rule.meta.id}|${finding.unit}|${placeKey(finding.location)}`;
    const known = byPlace.get(key);
    byPlace.set(key, known === undefined ? finding : merge(known, finding));
  }
  return [...byPlace.values()];
}

function merge(a: RawFinding, b: RawFinding): RawFinding {
  const strongest = (compareStrength(a, b) || b.until - a.until) <= 0 ? a : b;
  const tasks = new Set([...a.tasks, ...b.tasks]);
  return { ...strongest, tasks, since: Math.min(a.since, b.since) };
}

function placeKey(place: Place | null): string {
  return place === null ? '' : `${place.file}:${place.line}:${place.column}`;
}
