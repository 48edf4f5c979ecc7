/**
 * One sample of a state: every scalar that is reachable from a few roots within bounds,
 * by path. Containers give their size and their ends, bytes a length and a hash. Values
 * stay in this process and are only ever compared.
 */
import { Stream } from 'node:stream';
import { types } from 'node:util';
import {
  type AnyFunction,
  type Child,
  childrenOf,
  classOf,
  closureOf,
  isOpaque,
} from './object-graph.ts';
import { isOwnProxy } from './own-proxies.ts';
import type { HiddenReader } from './hidden-state.ts';
import type { HiddenUses } from './hidden-uses.ts';
import type { KnownMembers } from './known-members.ts';
import type { KnownObjects } from './known-objects.ts';
import { unwrapped } from './wrapped.ts';

export type Scalar = number | string | boolean | bigint | null | undefined;

/** What stands in a digest for something that belongs to a runtime. */
export const OPAQUE = '(opaque)';

export interface Digest {
  /** When it was taken: milliseconds on a monotonic clock. */
  atMs: number;
  /** How many polls of the task had ended by then. */
  poll: number;
  /** Samples of one group were taken without progress between them. */
  group: number;
  values: ReadonlyMap<string, Scalar>;
  /** The same just before the poll, where it was looked at: what differs, the poll itself did. */
  before?: ReadonlyMap<string, Scalar>;
  /** Polls of the task, and nothing else, between that and this. */
  span?: number;
  /** The program's functions that were met. */
  code: ReadonlySet<AnyFunction>;
  /** False when the bounds were met. */
  isComplete: boolean;
  /** Memory of WebAssembly is at hand, or a look came to nothing: what goes on there is not seen. */
  isBlind: boolean;
}

export interface DigestBounds {
  maxValues: number;
  maxDepth: number;
  /** Each that reaches any state is a look through the inspector. */
  maxFunctions: number;
  /** Functions within functions that are entered. */
  maxFunctionDepth: number;
}

/** Enough for a stack of protocol layers; a millisecond or two. */
const DEFAULT_BOUNDS: DigestBounds = {
  maxValues: 2500,
  maxDepth: 10,
  maxFunctions: 120,
  maxFunctionDepth: 4,
};

/** A buffer up to this length is hashed whole, a larger one at its ends and between them in steps. */
const HASHED_BYTES = 1 << 19;
/** Of a larger one. */
const HASHED_PARTS = 16_384;
const KEPT_CHARACTERS = 64;

function hashBytes(bytes: Uint8Array): number {
  const { length } = bytes;
  let hash = 0x811c9dc5;
  const mix = (from: number, to: number, step: number): void => {
    for (let i = from; i < to; i += step) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  };
  if (length > HASHED_BYTES) {
    mix(0, HASHED_PARTS / 4, 1);
    mix(HASHED_PARTS / 4, length, Math.ceil(length / (HASHED_PARTS / 2)));
    mix(length - HASHED_PARTS / 4, length, 1);
    return hash >>> 0;
  }
  // Four at a time, where they lie so.
  const words = bytes.byteOffset % 4 === 0 ? length >> 2 : 0;
  const view = new Uint32Array(bytes.buffer, words > 0 ? bytes.byteOffset : 0, words);
  for (const word of view) {
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15;
  }
  mix(words * 4, length, 1);
  return hash >>> 0;
}

function shorten(text: string): string {
  return text.length <= KEPT_CHARACTERS
    ? text
    : `${text.slice(0, KEPT_CHARACTERS / 2)}…${text.slice(-KEPT_CHARACTERS / 2)}#${text.length}`;
}

/** What an object says of itself beside its children: sizes, bytes, times. */
function measure(object: object, path: string, into: Map<string, Scalar>): void {
  if (Array.isArray(object)) into.set(`${path}#length`, object.length);
  else if (types.isMap(object)) into.set(`${path}#size`, object.size);
  else if (types.isSet(object)) into.set(`${path}#size`, object.size);
  else if (types.isRegExp(object)) into.set(`${path}#cursor`, object.lastIndex);
  else if (types.isDate(object)) into.set(`${path}#time`, Date.prototype.getTime.call(object));
  else if (ArrayBuffer.isView(object)) {
    into.set(`${path}#length`, object.byteLength);
    const bytes = new Uint8Array(object.buffer, object.byteOffset, object.byteLength);
    into.set(`${path}#hash`, hashBytes(bytes));
  } else if (types.isAnyArrayBuffer(object)) {
    into.set(`${path}#length`, object.byteLength);
    into.set(`${path}#hash`, hashBytes(new Uint8Array(object)));
  }
}

export interface DigestOptions {
  bounds?: DigestBounds;
  /** True for functions that are none of the program's own: their closures are no state of it. */
  isForeign?: (fn: AnyFunction) => boolean;
  /** Counts the use of what cannot be read; whoever passes it releases it. */
  uses?: HiddenUses | null;
  /** True for paths whose functions are code that is merely at hand, and are not entered. */
  isCode?: (path: string) => boolean;
  /** Leaves out the functions of objects that look like a module: those are code, too. */
  skipsModules?: boolean;
  /** Knows functions of Node's own, where `hidden` is not asked. */
  isOfRuntime?: (fn: AnyFunction) => boolean;
  /** Numbers the objects that variables hold, to see which were there before. */
  known?: KnownObjects | null;
  /** Tells the elements of containers apart. */
  members?: KnownMembers | null;
}

interface Reached {
  path: string;
  value: unknown;
  depth: number;
  /** Functions on the way here. */
  functions: number;
}

/** Kinds of the language and of Node that tell what they hold. */
function isReadable(object: object): boolean {
  return (
    Array.isArray(object) ||
    ArrayBuffer.isView(object) ||
    types.isMap(object) ||
    types.isSet(object) ||
    types.isNativeError(object) ||
    types.isPromise(object) ||
    types.isGeneratorObject(object) ||
    types.isMapIterator(object) ||
    types.isSetIterator(object) ||
    types.isRegExp(object) ||
    object instanceof Stream
  );
}

/** Objects that are tried as keys of weak maps: private fields, as compilers write them. */
const MAX_WEAK_KEYS = 40;

/** One that WebAssembly exports is called by its number. */
const WASM_FUNCTION = /^function \d+\(\) \{ \[native code\] \}$/;

function isWebAssembly(object: object): boolean {
  return Object.prototype.toString.call(object).startsWith('[object WebAssembly.');
}

/** Takes one sample. `roots` are named; functions among them are entered by their closure. */
export function takeDigest(
  roots: readonly { name: string; value: unknown }[],
  hidden: HiddenReader | null,
  stamp: { atMs: number; poll: number; group: number },
  options: DigestOptions = {},
): Digest {
  const refusals = hidden?.refusals ?? 0;
  const walk = new Walk(hidden, options);
  walk.from(roots);
  const { values, code, isComplete } = walk;
  const isBlind = walk.hasForeignMemory || (hidden?.refusals ?? 0) > refusals;
  return { ...stamp, values, code, isComplete, isBlind };
}

/** A plain object with so many functions, and hardly anything else, is made of code. */
const MODULE_FUNCTIONS = 4;

function isModuleLike(object: object, children: readonly Child[]): boolean {
  if (types.isModuleNamespaceObject(object) || Object.hasOwn(object, '__esModule')) return true;
  const proto: unknown = Object.getPrototypeOf(object);
  if (proto !== null && proto !== Object.prototype) return false;
  const functions = children.filter(({ value }) => typeof value === 'function').length;
  return functions >= MODULE_FUNCTIONS && functions * 2 > children.length;
}

class Walk {
  readonly values = new Map<string, Scalar>();
  readonly code = new Set<AnyFunction>();
  isComplete: boolean;
  hasForeignMemory = false;
  /** Maps that do not tell what they hold, and objects that may be keys of theirs. */
  readonly #weakMaps: { map: WeakMap<object, unknown>; path: string }[] = [];
  readonly #keys: object[] = [];
  readonly #hidden: HiddenReader | null;
  readonly #bounds: DigestBounds;
  readonly #isForeign: (fn: AnyFunction) => boolean;
  readonly #isOfRuntime: (fn: AnyFunction) => boolean;
  readonly #uses: HiddenUses | null;
  readonly #known: KnownObjects | null;
  readonly #members: KnownMembers | null;
  readonly #isCode: (path: string) => boolean;
  readonly #skipsModules: boolean;
  readonly #seen = new Set<unknown>();
  readonly #queue: Reached[] = [];

  constructor(hidden: HiddenReader | null, options: DigestOptions) {
    const { bounds = DEFAULT_BOUNDS, isForeign = () => false, uses = null, known = null } = options;
    this.#skipsModules = options.skipsModules === true;
    this.#isCode = options.isCode ?? (() => false);
    this.#known = known;
    this.#members = options.members ?? null;
    this.#hidden = hidden;
    this.#isOfRuntime = options.isOfRuntime ?? ((fn) => hidden?.isOfRuntime(fn) === true);
    this.#bounds = bounds;
    this.#isForeign = isForeign;
    this.#uses = uses;
    this.isComplete = hidden?.isAvailable ?? false;
  }

  from(roots: readonly { name: string; value: unknown }[]): void {
    this.#known?.beginSample();
    this.#members?.beginSample();
    for (const { name, value } of roots) {
      this.#queue.push({ path: name, value, depth: 0, functions: 0 });
    }
    for (const at of this.#steps()) {
      if (this.values.size >= this.#bounds.maxValues) {
        this.isComplete = false;
        return;
      }
      this.#reach(at);
    }
  }

  /** What is queued, then what weak maps hold of the objects that were met. */
  *#steps(): Generator<Reached> {
    yield* this.#queue;
    const met = this.#queue.length;
    for (const { map, path } of this.#weakMaps) {
      for (const [i, key] of this.#keys.entries()) {
        const value: unknown = WeakMap.prototype.get.call(map, key);
        if (value === undefined) continue;
        this.#queue.push({ path: `${path}.<weak ${i}>`, value, depth: 2, functions: 0 });
      }
    }
    for (let i = met; i < this.#queue.length; i++) yield this.#queue[i]!;
  }

  #reach(at: Reached): void {
    const { value, path } = at;
    switch (typeof value) {
      case 'string':
        this.values.set(path, shorten(value));
        if (value.length > KEPT_CHARACTERS) this.values.set(`${path}#length`, value.length);
        return;
      case 'symbol':
        this.values.set(path, value.description ?? '');
        return;
      case 'function':
        this.#enterFunction(value as AnyFunction, at);
        return;
      case 'object':
        if (value === null) this.values.set(path, null);
        else if (types.isProxy(value)) this.#enterProxy(value, at);
        else this.#enterObject(value, at);
        return;
      default:
        this.values.set(path, value as Scalar);
    }
  }

  #enterProxy(proxy: object, { path, depth, functions }: Reached): void {
    const hidden = this.#hidden;
    if (!hidden || isOwnProxy(proxy)) {
      this.values.set(path, OPAQUE);
      return;
    }
    for (const { value } of hidden.internals(proxy, ['[[Target]]'])) {
      this.#queue.push({ path, value, depth, functions });
    }
  }

  #enterFunction(met: AnyFunction, { path, depth, functions }: Reached): void {
    const hidden = this.#hidden;
    if (this.#isCode(path)) return;
    const fn = unwrapped(met);
    const isFar = functions > this.#bounds.maxFunctionDepth;
    if (!hidden || this.#seen.has(fn) || isFar || isOpaque(fn)) return;
    this.#seen.add(fn);
    const isBound = fn.name.startsWith('bound ');
    if (this.#isForeign(fn) || (!isBound && hidden.isOfRuntime(fn))) return;
    if (WASM_FUNCTION.test(Function.prototype.toString.call(fn))) {
      this.hasForeignMemory = true;
      return;
    }
    if (this.code.size >= this.#bounds.maxFunctions) {
      this.isComplete = false;
      return;
    }
    this.code.add(fn);
    for (const { name, value } of closureOf(fn, hidden)) {
      this.#queue.push({
        path: `${path}().${name}`,
        value,
        depth: depth + 1,
        functions: functions + 1,
      });
    }
  }

  /** A class of Node's, whose instances' fields are its own business: a timer, a watcher, a server. */
  #isNodes(make: AnyFunction): boolean {
    return !this.#isForeign(make) && this.#isOfRuntime(make);
  }

  #enterObject(object: object, { path, depth, functions }: Reached): void {
    if (isOpaque(object)) this.values.set(path, OPAQUE);
    const number = this.#known?.numberOf(object, path, depth) ?? 0;
    if (number > 0) this.values.set(`${path}#known`, number);
    if (this.#seen.has(object) || isOpaque(object)) return;
    this.#seen.add(object);
    if (types.isWeakMap(object)) this.#weakMaps.push({ map: object, path });
    else if (this.#keys.length < MAX_WEAK_KEYS) this.#keys.push(object);
    this.hasForeignMemory ||= isWebAssembly(object);
    measure(object, path, this.values);
    const uses = this.#uses?.countOf(object) ?? null;
    if (uses !== null) this.values.set(`${path}#uses`, uses);
    if (depth >= this.#bounds.maxDepth) {
      this.isComplete = false;
      return;
    }
    const make = classOf(object);
    const isNodes = make !== null && !isReadable(object) && this.#isNodes(make);
    if (isNodes) return;
    const children = childrenOf(object, this.#hidden);
    const isModule = this.#skipsModules && isModuleLike(object, children);
    const isList = Array.isArray(object) || types.isSet(object);
    const named = isList && this.#members ? this.#members.named(object, children) : children;
    for (const { name, value } of named) {
      if (isModule && typeof value === 'function') continue;
      this.#queue.push({ path: `${path}.${name}`, value, depth: depth + 1, functions });
    }
    if (make !== null && !this.#seen.has(make)) {
      this.#queue.push({ path: `${path}.class`, value: make, depth: depth + 1, functions });
    }
  }
}
