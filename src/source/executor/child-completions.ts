/**
 * Sees children of a task turn Ready with a value, also children that are made anew for
 * each round: the `poll` of their classes is shadowed on the prototype for the length of a
 * burst. A child that is Ready with nothing (a hand-written yield), or with the same again,
 * is no completion.
 */
import type { LayerNode } from '../../trace/object-graph.ts';
import { noteWrapper } from '../../trace/wrapped.ts';
import { isNothing, isSameAnswer } from './answers.ts';
import type { PollMethod } from './layer-tap.ts';
import { typeNameOf } from './unit-table.ts';

export class ChildCompletions {
  readonly #onCompletion: (typeName: string) => void;
  readonly #fruitless: () => number;
  /** What a child of each class brought last, kept from burst to burst. */
  readonly #last = new WeakMap<object, { value: unknown }>();
  #saved: { proto: object; own: PropertyDescriptor }[] = [];

  /**
   * `fruitless` counts fruitless answers so far: a child that only hands one on has not
   * completed anything.
   */
  constructor(onCompletion: (typeName: string) => void, fruitless: () => number) {
    this.#onCompletion = onCompletion;
    this.#fruitless = fruitless;
  }

  /** `task` is the task's own future: its completion is the executor's to see. */
  install(layers: readonly LayerNode[], task: object): void {
    const protos = new Set<object>();
    for (const { object } of layers) {
      const proto: unknown = Object.getPrototypeOf(object);
      if (typeof proto === 'object' && proto !== null && proto !== Object.prototype) {
        protos.add(proto);
      }
    }
    for (const proto of protos) {
      const own = Object.getOwnPropertyDescriptor(proto, 'poll');
      if (!own?.configurable || typeof own.value !== 'function') continue;
      this.#saved.push({ proto, own });
      Object.defineProperty(proto, 'poll', { ...own, value: this.#watching(own.value, task) });
    }
  }

  remove(): void {
    for (const { proto, own } of this.#saved) Object.defineProperty(proto, 'poll', own);
    this.#saved = [];
  }

  #watching(original: PollMethod, task: object): PollMethod {
    const completions = this;
    const watched: PollMethod = function watched(this: object, ...args): unknown {
      const before = completions.#fruitless();
      const answer = original.apply(this, args) as { isReady?: unknown; value?: unknown };
      const isFruitful = answer?.isReady === true && completions.#fruitless() === before;
      if (isFruitful && this !== task) completions.#completed(this, answer.value);
      return answer;
    };
    noteWrapper(watched, original);
    return watched;
  }

  #completed(child: object, value: unknown): void {
    const proto: unknown = Object.getPrototypeOf(child);
    if (isNothing(value) || typeof proto !== 'object' || proto === null) return;
    const last = this.#last.get(proto);
    this.#last.set(proto, { value });
    if (!last || !isSameAnswer(last.value, value)) {
      this.#onCompletion(typeNameOf(child) ?? 'future');
    }
  }
}
