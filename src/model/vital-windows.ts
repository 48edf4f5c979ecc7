/** Means of a thread's life between the instants at which it was told of. */
import type { VitalPoint } from './recording.ts';

/** From one {@link VitalPoint} to the next: nothing of the time is left out. */
export interface VitalWindow {
  fromNs: number;
  toNs: number;
  /** Share of one core that it wanted, 0 to 1. */
  cpuShare: number;
  /** Turns of its event loop; null where nobody tells. */
  turnsPerSecond: number | null;
}

/** A thread has used nothing when it begins. */
const BEGINNING: VitalPoint = { at: 0, cpuNs: 0, turns: 0 };

export function vitalWindows(points: readonly VitalPoint[]): VitalWindow[] {
  return points.map((point, i) => vitalsBetween(points[i - 1] ?? BEGINNING, point));
}

export function vitalsBetween(from: VitalPoint, to: VitalPoint): VitalWindow {
  const ns = Math.max(1, to.at - from.at);
  const turns = to.turns === null ? null : Math.max(0, to.turns - (from.turns ?? 0));
  return {
    fromNs: from.at,
    toNs: to.at,
    cpuShare: Math.min(1, Math.max(0, to.cpuNs - from.cpuNs) / ns),
    turnsPerSecond: turns === null ? null : (turns * 1e9) / ns,
  };
}
