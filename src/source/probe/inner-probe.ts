/**
 * What of the probe lies inside the watched thread from its start: the heart that beats, the
 * wrappers that remember odd delays, the count of births.
 */
import { Births } from '../../trace/births.ts';
import { OddDelays } from '../../trace/odd-delays.ts';
import { Heart } from './heart.ts';

export class InnerProbe {
  readonly heart: Heart;
  readonly oddDelays = new OddDelays();
  readonly #births = new Births();

  /** `cells`: this thread's row of the process's hearts. */
  constructor(cells: Float64Array) {
    this.heart = new Heart(cells, {
      oddDelays: () => this.oddDelays.seen,
      births: () => this.#births.seen,
    });
  }

  /** Before the program's first line. `atBeat` is called some 20 times a second. */
  start(atBeat: () => void): void {
    this.oddDelays.install();
    this.#births.install();
    this.heart.start(atBeat);
  }
}
