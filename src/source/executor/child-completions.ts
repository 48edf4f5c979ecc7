/**
 * Sees children of a task turn Ready with a value, also children that are made anew for
 * each round: the `poll` of their classes is shadowed on the prototype for the length of a
 * burst. A child that is Ready with nothing (a hand-written yield) is no completion.
 */
import { opaque } from '../../core/waker.ts';
import type { LayerNode } from '../../trace/object-graph.ts';
import type { PollMethod } from './layer-tap.ts';
import { typeNameOf } from './unit-table.ts';

export class ChildCompletions {
  readonly #onCompletion: (typeName: string) => void;
  readonly #fruitless: () => number;
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
    const onCompletion = this.#onCompletion;
    const fruitless = this.#fruitless;
    const poll: PollMethod = function pollWatched(this: object, ...args): unknown {
      const before = fruitless();
      const answer = original.apply(this, args) as { isReady?: unknown; value?: unknown };
      const hasValue = answer?.isReady === true && answer.value !== undefined;
      if (hasValue && this !== task && fruitless() === before) {
        onCompletion(typeNameOf(this) ?? 'future');
      }
      return answer;
    };
    Object.defineProperty(poll, opaque, { value: true });
    return poll;
  }
}
