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

  /** Where the edge is counted, for as long as the table lives; -1 when it is full. */
  slotOf(from: number, to: number): number {
    let slot = (Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b)) >>> 20;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      if (this.#from[slot] === 0) {
        this.#from[slot] = from;
        this.#to[slot] = to;
      }
      if (this.#from[slot] === from && this.#to[slot] === to) return slot;
      slot = (slot + 1) % SLOTS;
    }
    return -1;
  }

  /** Counts a wake along the edge of a slot. */
  note(slot: number): void {
    if (slot < 0) this.dropped += 1;
    else this.#counts[slot]! += 1;
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
