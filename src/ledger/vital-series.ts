/**
 * A thread's life in bounded room: points come about once a second, for hours. When there is no
 * room left every second one goes, and later ones are kept as far apart. Since points are
 * cumulative, what lies between two of them that stay is told as exactly as before.
 */
import type { VitalPoint } from '../model/recording.ts';

/** Ten minutes by the second, some hours by the minute. */
const MAX_POINTS = 600;

export class VitalSeries {
  /** Oldest first; the last one is always the newest that came. */
  readonly points: VitalPoint[] = [];
  #apartNs = 0;

  /** A point that came before, or comes late, changes nothing. */
  add(point: VitalPoint): void {
    const { points } = this;
    const [before, newest] = [points.at(-2), points.at(-1)];
    if (newest !== undefined && point.at <= newest.at) return;
    const isBetween = before !== undefined && newest!.at - before.at < this.#apartNs;
    if (isBetween) points.pop();
    points.push(point);
    if (points.length > MAX_POINTS) this.#thinOut();
  }

  #thinOut(): void {
    const { points } = this;
    this.#apartNs = (2 * (points.at(-1)!.at - points[0]!.at)) / (points.length - 1);
    const kept = points.filter((_, i) => (points.length - 1 - i) % 2 === 0);
    points.splice(0, points.length, ...kept);
  }
}
