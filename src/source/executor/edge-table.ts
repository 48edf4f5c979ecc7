/**
 * Wakes from one unit to another, counted in a fixed table of open addressing: no
 * allocation, and when it is full further pairs are dropped and counted.
 */
import type { WakeEdge } from '../../model/recording.ts';

const SLOTS = 4096;
const MAX_PROBES = 16;

export class EdgeTable {
  readonly #from = new Int32Array(SLOTS);
  readonly #to = new Int32Array(SLOTS);
  readonly #counts = new Float64Array(SLOTS);
  dropped = 0;

  note(from: number, to: number): void {
    let slot = (Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b)) >>> 20;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      if (this.#counts[slot] === 0) {
        this.#from[slot] = from;
        this.#to[slot] = to;
        this.#counts[slot] = 1;
        return;
      }
      if (this.#from[slot] === from && this.#to[slot] === to) {
        this.#counts[slot]! += 1;
        return;
      }
      slot = (slot + 1) % SLOTS;
    }
    this.dropped += 1;
  }

  /** All edges between units, by waker. */
  list(): WakeEdge[] {
    const edges: WakeEdge[] = [];
    for (let slot = 0; slot < SLOTS; slot++) {
      const count = this.#counts[slot]!;
      if (count === 0) continue;
      edges.push({ from: this.#from[slot]!, to: this.#to[slot]!, via: 'waker', count });
    }
    return edges;
  }
}
