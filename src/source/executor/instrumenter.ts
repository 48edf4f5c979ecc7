/**
 * `instrument`: what has poll methods is counted as a layer, and as a task where no task
 * is being polled; anything else is taken for an executor, and every future that is handed
 * to one of its methods is instrumented.
 */
import type { Context } from '../../core/context.ts';
import { isFuture } from '../../core/future.ts';
import { pollMethodsOf } from '../../trace/object-graph.ts';
import { noteOwnProxy } from '../../trace/own-proxies.ts';
import { noteWrapper } from '../../trace/wrapped.ts';
import type { CountingRecorder } from './counting-recorder.ts';
import { ForeignTask, handoverOf } from './foreign-task.ts';
import { LayerCounter } from './layer-counter.ts';
import { type PollMethod, TappedLayer } from './layer-tap.ts';
import type { PollsAfterReady } from './polls-after-ready.ts';
import type { UnitTable } from './unit-table.ts';

type AnyMethod = (...args: unknown[]) => unknown;

/** Has poll methods that take a context, or `poll`. An executor may have one, such as `pollAll()`. */
function isLayer(target: object): boolean {
  return pollMethodsOf(target).some((name) => {
    const method: unknown = (target as Record<string, unknown>)[name];
    return name === 'poll' || (typeof method === 'function' && method.length > 0);
  });
}

export class Instrumenter {
  readonly #recorder: CountingRecorder;
  readonly #units: UnitTable;
  readonly #counter: LayerCounter;
  readonly #known = new WeakSet<object>();

  constructor(recorder: CountingRecorder, units: UnitTable, afterReady: PollsAfterReady) {
    this.#recorder = recorder;
    this.#units = units;
    this.#counter = new LayerCounter(recorder, units.rows, afterReady);
  }

  /** `below` is the function whose caller hands the target over. */
  instrument<T extends object>(target: T, name: string | null, below: AnyMethod): T {
    if (this.#known.has(target)) return target;
    if (!isLayer(target)) return this.#executor(target);
    this.#known.add(target);
    this.#layer(target, name, below);
    return target;
  }

  #layer(target: object, name: string | null, below: AnyMethod): void {
    const handover = handoverOf(below);
    const unit =
      name === null ? this.#units.ofFuture(target, handover) : this.#units.named('future', name);
    const tap = new TappedLayer(target);
    tap.unit = unit.id;
    if (!tap.install(this.#counter)) return;
    const original = tap.originals.get('poll');
    if (!original) return;
    const tapped = (target as { poll: PollMethod }).poll;
    const task = new ForeignTask(this.#recorder, target, unit.id, name, handover);
    const recorder = this.#recorder;
    const poll: PollMethod = function instrumented(cx): unknown {
      const { current } = recorder;
      if (current === null) return task.poll(original, cx as Context);
      // Its own task counts it already.
      return current.future === target ? original.call(target, cx) : tapped.call(target, cx);
    };
    noteWrapper(poll, original);
    Object.defineProperty(target, 'poll', { value: poll, configurable: true, writable: true });
    const { drop } = target as { drop?: AnyMethod };
    const dropped: AnyMethod = (...args) => {
      task.dropped();
      return drop?.apply(target, args);
    };
    Object.defineProperty(target, 'drop', { value: dropped, configurable: true, writable: true });
  }

  #executor<T extends object>(executor: T): T {
    const methods = new Map<PropertyKey, { made: AnyMethod; of: unknown }>();
    const methodFor = (key: PropertyKey, method: AnyMethod): AnyMethod => {
      const known = methods.get(key);
      if (known && known.of === method) return known.made;
      const instrument = this.instrument.bind(this);
      const made: AnyMethod = function instrumented(...args) {
        const handed = args.map((arg) => (isFuture(arg) ? instrument(arg, null, made) : arg));
        const answer = method.apply(executor, handed);
        return answer === executor ? proxy : answer;
      };
      methods.set(key, { made, of: method });
      return made;
    };
    const proxy: T = new Proxy(executor, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        const own = Reflect.getOwnPropertyDescriptor(target, key);
        const isFixed = own !== undefined && !own.configurable && !own.writable;
        return typeof value === 'function' && !isFixed && key !== 'constructor'
          ? methodFor(key, value as AnyMethod)
          : value;
      },
      set: (target, key, value) => Reflect.set(target, key, value, target),
    });
    return noteOwnProxy(proxy);
  }
}
