/** A bound on what a walk may ask of the inspector: the nearest objects get what there is. */
import type { AnyFunction } from './object-graph.ts';
import type { HiddenReader, HiddenValue } from './hidden-state.ts';

export class BoundedHidden implements HiddenReader {
  readonly #hidden: HiddenReader;
  #left: number;
  /** Something was asked for that was not looked up any more. */
  isSpent = false;

  constructor(hidden: HiddenReader, looks: number) {
    this.#hidden = hidden;
    this.#left = looks;
  }

  get refusals(): number {
    return this.#hidden.refusals;
  }

  get isAvailable(): boolean {
    return this.#hidden.isAvailable;
  }

  privateFields(object: object): HiddenValue[] {
    return this.#mayLook() ? this.#hidden.privateFields(object) : [];
  }

  closedOver(fn: AnyFunction, isWanted: (name: string) => boolean): HiddenValue[] {
    return this.#mayLook() ? this.#hidden.closedOver(fn, isWanted) : [];
  }

  generator(
    generator: object,
    wantedBy: (fn: AnyFunction) => (name: string) => boolean,
  ): HiddenValue[] {
    return this.#mayLook() ? this.#hidden.generator(generator, wantedBy) : [];
  }

  internals(object: object, names: readonly string[]): HiddenValue[] {
    return this.#mayLook() ? this.#hidden.internals(object, names) : [];
  }

  /** Asked once of each function, whoever asks. */
  isOfRuntime(fn: AnyFunction): boolean {
    return this.#hidden.isOfRuntime(fn);
  }

  #mayLook(): boolean {
    this.#left -= 1;
    if (this.#left < 0) this.isSpent = true;
    return this.#left >= 0;
  }
}
