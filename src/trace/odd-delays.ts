/**
 * Delays that no timer can have: NaN, negative, longer than 2^31-1 ms. Node makes each of
 * them 1 ms, and what was asked for is lost: so `setTimeout` and `setInterval` are watched
 * from the start. A delay that a timer can have costs one comparison.
 */
import timers from 'node:timers';
import { syncBuiltinESMExports } from 'node:module';
import { captureFrames, type Frame } from './call-sites.ts';

const LONGEST_MS = 2 ** 31 - 1;
const STACK_DEPTH = 12;
/** Of later ones no stack is kept: what is re-armed again and again has been seen by then. */
const MAX_STACKS = 2000;

export interface OddDelay {
  /** As it was asked for: `NaN`, `-5`, `2592000000`. */
  requested: string;
  frames: Frame[];
}

type SetTimer = typeof setTimeout;

export class OddDelays {
  readonly #ofTimer = new WeakMap<object, OddDelay>();
  #seen = 0;
  readonly #restores: (() => void)[] = [];

  /** How many timers asked for one. */
  get seen(): number {
    return this.#seen;
  }

  of(timer: object): OddDelay | null {
    return this.#ofTimer.get(timer) ?? null;
  }

  /** Watches the two functions, in the global scope and in `node:timers`. */
  install(): void {
    this.#wrap('setTimeout');
    this.#wrap('setInterval');
    syncBuiltinESMExports();
  }

  /** Puts back what {@link install} replaced, unless somebody has put theirs over it. */
  uninstall(): void {
    for (const restore of this.#restores.splice(0)) restore();
    syncBuiltinESMExports();
  }

  #wrap(name: 'setTimeout' | 'setInterval'): void {
    const original = globalThis[name] as SetTimer;
    const note = this.#note;
    const wrapped = {
      [name]: function (callback: never, delay: never, ...args: never[]) {
        const timer =
          args.length === 0 ? original(callback, delay) : original(callback, delay, ...args);
        // What is not a number is converted; `undefined` is the default, and meant.
        if (!((delay as number) >= 0 && (delay as number) <= LONGEST_MS)) {
          if (delay !== undefined) note(timer, delay, wrapped);
        }
        return timer;
      },
    }[name] as unknown as SetTimer;
    Object.defineProperty(wrapped, 'length', { value: original.length, configurable: true });
    // `util.promisify` finds its own form here.
    for (const key of Object.getOwnPropertySymbols(original)) {
      Object.defineProperty(wrapped, key, Object.getOwnPropertyDescriptor(original, key)!);
    }
    for (const holder of [globalThis, timers] as unknown as Record<string, unknown>[]) {
      const before = holder[name];
      holder[name] = wrapped;
      this.#restores.push(() => {
        if (holder[name] === wrapped) holder[name] = before;
      });
    }
  }

  readonly #note = (timer: object, delay: unknown, below: (...args: never[]) => unknown): void => {
    this.#seen += 1;
    const requested = typeof delay === 'number' ? delay : Number(delay);
    if (requested >= 0 && requested <= LONGEST_MS) return;
    const frames = this.#seen > MAX_STACKS ? [] : captureFrames(below, STACK_DEPTH);
    this.#ofTimer.set(timer, { requested: String(requested), frames });
  };
}
