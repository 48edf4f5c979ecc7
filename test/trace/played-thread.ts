import { HeartCell, heartRow, newHearts } from '../../src/model/heart-cells.ts';
import { type Vitals, VitalSigns } from '../../src/trace/vital-signs.ts';

/** What a thread does between two looks. */
export interface Pace {
  /** Share of a core. */
  cpu: number;
  /** Turns of the event loop; its heart beats if it turns. */
  turns: number;
  odd?: number;
  births?: number;
}

export const LOOK_MS = 25;

/** A thread as another one sees it, with a clock of its own. */
export class PlayedThread {
  readonly cells = heartRow(newHearts(), 0);
  readonly signs = new VitalSigns({
    cells: this.cells,
    cpuMs: () => this.#cpuMs,
    nowMs: () => this.nowMs,
  });
  nowMs = 1000;
  #cpuMs = 0;

  /** The thread goes on until the next look. */
  goOn({ cpu, turns, odd = 0, births = 0 }: Pace): void {
    this.nowMs += LOOK_MS;
    this.#cpuMs += LOOK_MS * cpu;
    this.cells[HeartCell.TURNS]! += turns;
    this.cells[HeartCell.ODD_DELAYS]! += odd;
    this.cells[HeartCell.BIRTHS]! += births;
    if (turns > 0) this.cells[HeartCell.BEATS]! += 1;
  }

  /** The last of so many looks. */
  play(looks: number, pace: Pace): Vitals {
    let vitals = this.signs.look();
    for (let i = 0; i < looks; i += 1) {
      this.goOn(pace);
      vitals = this.signs.look();
    }
    return vitals;
  }
}
