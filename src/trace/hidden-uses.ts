/**
 * Objects of V8 and Node whose state nothing can read: an iterator over an array, a cipher.
 * Instead it is counted whether they are used to any effect: the method that moves them on
 * is shadowed on the very object, from the first look until {@link HiddenUses.release}.
 */
import { Stream } from 'node:stream';
import { types } from 'node:util';
import type { AnyFunction } from './object-graph.ts';

type AnyMethod = (this: unknown, ...args: unknown[]) => unknown;

const protoOf = (object: object): object => Object.getPrototypeOf(object) as object;

/** What all iterators of the language and of Node inherit from. */
const ITERATOR = protoOf(protoOf([][Symbol.iterator]()));

interface Use {
  count: number;
  method: 'next' | 'update';
}

export class HiddenUses {
  readonly #uses = new Map<object, Use>();
  readonly #isOfRuntime: (fn: AnyFunction) => boolean;

  constructor(isOfRuntime: (fn: AnyFunction) => boolean) {
    this.#isOfRuntime = isOfRuntime;
  }

  /** How often `object` was moved on since it was first asked about; null for all other kinds. */
  countOf(object: object): number | null {
    const known = this.#uses.get(object);
    if (known) return known.count;
    const method = this.#movedBy(object);
    if (method === null) return null;
    this.#watch(object, method);
    return 0;
  }

  /** Takes the shadows off. */
  release(): void {
    for (const [object, { method }] of this.#uses) Reflect.deleteProperty(object, method);
    this.#uses.clear();
  }

  #watch(object: object, method: Use['method']): void {
    const original = (object as Record<string, unknown>)[method] as AnyMethod;
    const use: Use = { count: 0, method };
    const shadow: AnyMethod = function shadow(this: unknown, ...args) {
      const answer = original.apply(this, args);
      if (isEffective(method, args, answer)) use.count += 1;
      return answer;
    };
    const isShadowed = Reflect.defineProperty(object, method, {
      value: shadow,
      configurable: true,
      writable: true,
      enumerable: false,
    });
    if (isShadowed) this.#uses.set(object, use);
  }

  #movedBy(object: object): Use['method'] | null {
    if (Object.prototype.isPrototypeOf.call(ITERATOR, object)) {
      return this.#isUnreadable(object) ? 'next' : null;
    }
    // Ciphers and hashes of node:crypto, while they are not used as streams.
    const isTransform =
      object instanceof Stream && Object.hasOwn(object, '_options') && 'update' in object;
    if (!isTransform || typeof object.update !== 'function') return null;
    return Object.hasOwn(object, 'update') ? null : 'update';
  }

  /** An iterator that does not tell where it is: V8 says it of generators, and of those over maps and sets. */
  #isUnreadable(iterator: object): boolean {
    if (types.isGeneratorObject(iterator) || Object.hasOwn(iterator, 'next')) return false;
    if (types.isMapIterator(iterator) || types.isSetIterator(iterator)) return false;
    const { next } = iterator as { next?: unknown };
    return typeof next === 'function' && this.#isOfRuntime(next as AnyFunction);
  }
}

/** An item that was not the end; a chunk that was not empty. */
function isEffective(method: Use['method'], args: unknown[], answer: unknown): boolean {
  if (method === 'next') return (answer as { done?: unknown } | undefined)?.done !== true;
  return (args[0] as { length?: unknown } | undefined)?.length !== 0;
}
