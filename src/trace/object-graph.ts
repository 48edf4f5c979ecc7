/**
 * Reads a live object without disturbing it: own data properties, containers, closures.
 * Getters are never called, proxies never entered, and it does not go behind objects that
 * belong to a runtime (wakers, executors: the `opaque` mark).
 */
import { Socket } from 'node:net';
import { Duplex, PassThrough, Readable, Stream, Transform, Writable } from 'node:stream';
import { types } from 'node:util';
import type { HiddenReader } from './hidden-state.ts';
import { unwrapped } from './wrapped.ts';

/** The mark of `core/waker.ts`, by its registered name: this folder knows no core. */
const OPAQUE = Symbol.for('selfwake.opaque');

/** Elements of a container that are looked at, from each end. */
const CONTAINER_ENDS = 8;
/** A list of plain values up to this length is read whole. */
const MAX_PLAIN_LIST = 128;

export interface Child {
  name: string;
  value: unknown;
}

/** A proxy is asked nothing, for that would run code of the program: V8 knows what lies behind it. */
export function isOpaque(value: object): boolean {
  return types.isProxy(value) || (value as Record<symbol, unknown>)[OPAQUE] === true;
}

function ownData(object: object): Child[] {
  const children: Child[] = [];
  for (const key of Reflect.ownKeys(object)) {
    const descriptor = Object.getOwnPropertyDescriptor(object, key);
    if (descriptor && 'value' in descriptor) {
      const name = typeof key === 'symbol' ? `[${key.description ?? ''}]` : key;
      children.push({ name, value: descriptor.value });
    }
  }
  return children;
}

const isPlain = (value: unknown): boolean =>
  (typeof value !== 'object' && typeof value !== 'function') || value === null;

function elements<T>(items: ArrayLike<T>): Child[] {
  const { length } = items;
  const isShort =
    length <= 2 * CONTAINER_ENDS || (length <= MAX_PLAIN_LIST && Array.from(items).every(isPlain));
  const children: Child[] = [];
  const head = isShort ? length : CONTAINER_ENDS;
  for (let i = 0; i < head; i++) children.push({ name: `[${i}]`, value: items[i] });
  for (let i = isShort ? length : length - CONTAINER_ENDS; i < length; i++) {
    children.push({ name: `[-${length - i}]`, value: items[i] });
  }
  return children;
}

/** Entries of a map by their keys, where these are plain; the first of a set by their number. */
function entries(entriesOf: Iterable<[unknown, unknown]>, isSet: boolean): Child[] {
  const children: Child[] = [];
  for (const [key, value] of entriesOf) {
    const i = children.length;
    if (i >= 2 * CONTAINER_ENDS) break;
    const isNamed = !isSet && (typeof key === 'string' || typeof key === 'number');
    if (!isSet && !isPlain(key)) children.push({ name: `<key ${i}>`, value: key });
    children.push({ name: isNamed ? `<${String(key).slice(0, 32)}>` : `<${i}>`, value });
  }
  return children;
}

/** Identifiers that occur in a function's source text. */
const identifiersOf = (() => {
  const known = new WeakMap<object, ReadonlySet<string>>();
  return (fn: AnyFunction): ReadonlySet<string> => {
    let names = known.get(fn);
    if (!names) {
      const text = Function.prototype.toString.call(fn);
      names = new Set(text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? []);
      known.set(fn, names);
    }
    return names;
  };
})();

export type AnyFunction = (...args: never[]) => unknown;

/** Names that every function has of itself. */
const FUNCTION_NAMES = new Set(['length', 'name', 'prototype', 'arguments', 'caller']);

/**
 * What a function can reach beside its arguments: variables that it closes over and whose
 * names its own text mentions, properties of its own (a class's static fields among them),
 * and what it is bound to.
 */
export function closureOf(fn: AnyFunction, hidden: HiddenReader): readonly Child[] {
  const known = codeOnly.get(fn);
  if (known) return known;
  const { refusals } = hidden;
  const children = readClosure(fn, hidden);
  if (hidden.refusals === refusals && children.every(({ value }) => typeof value === 'function'))
    codeOnly.set(fn, children);
  return children;
}

/** Functions that reach nothing but functions hold no state: they are not asked again. */
const codeOnly = new WeakMap<AnyFunction, readonly Child[]>();

function readClosure(fn: AnyFunction, hidden: HiddenReader): Child[] {
  const own = ownData(fn).filter(({ name }) => !FUNCTION_NAMES.has(name));
  if (fn.name.startsWith('bound ')) {
    return [
      ...own,
      ...hidden.internals(fn, ['[[TargetFunction]]', '[[BoundThis]]', '[[BoundArgs]]']),
    ];
  }
  const names = identifiersOf(fn);
  return [...own, ...hidden.closedOver(fn, (name) => names.has(name))];
}

const privateNames = new WeakMap<object, boolean>();

/** True when the source of the object's class, or of a base class, mentions a `#private` name. */
function mayHavePrivates(object: object): boolean {
  const proto: unknown = Object.getPrototypeOf(object);
  if (proto === null || typeof proto !== 'object' || proto === Object.prototype) return false;
  const known = privateNames.get(proto);
  if (known !== undefined) return known;
  const make: unknown = (proto as { constructor?: unknown }).constructor;
  let text = '';
  if (typeof make === 'function') text = Function.prototype.toString.call(make);
  const answer = /#[\p{ID_Start}$_]/u.test(text) || mayHavePrivates(proto);
  privateNames.set(proto, answer);
  return answer;
}

/**
 * What `object` holds, one level down. Functions are not entered here: see
 * {@link closureOf}.
 */
export function childrenOf(object: object, hidden: HiddenReader | null): Child[] {
  if (isOpaque(object)) return [];
  if (Array.isArray(object)) return elements(object);
  if (types.isMap(object)) return entries(Map.prototype.entries.call(object), false);
  if (types.isSet(object)) return entries(Set.prototype.entries.call(object), true);
  if (types.isTypedArray(object)) {
    const isBytes = types.isUint8Array(object) || types.isUint8ClampedArray(object);
    return isBytes || object.length > MAX_PLAIN_LIST ? [] : elements(object as ArrayLike<unknown>);
  }
  if (ArrayBuffer.isView(object) || types.isAnyArrayBuffer(object)) return [];
  if (object instanceof Stream) return ofStream(object);
  if (hidden && types.isGeneratorObject(object)) {
    return hidden.generator(object, (fn) => (name) => identifiersOf(fn).has(name));
  }
  if (hidden && (types.isMapIterator(object) || types.isSetIterator(object))) {
    return hidden.internals(object, ['[[IteratorIndex]]', '[[IteratorHasMore]]']);
  }
  if (hidden && types.isPromise(object)) return hidden.internals(object, ['[[PromiseState]]']);
  const children = ownData(object);
  if (hidden && mayHavePrivates(object)) children.push(...hidden.privateFields(object));
  return children;
}

/** The class of an object: its methods' closures are state, too. Null for a literal. */
export function classOf(object: object): AnyFunction | null {
  const proto: unknown = Object.getPrototypeOf(object);
  if (typeof proto !== 'object' || proto === null || proto === Object.prototype) return null;
  const make: unknown = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value;
  return typeof make === 'function' ? (make as AnyFunction) : null;
}

/** What a Node stream says of its buffers; its internals move with the event loop and tell nothing. */
const STREAM_MEASURES = ['readableLength', 'writableLength', 'bytesRead', 'bytesWritten'];

/** Node's own streams and sockets, not classes that a program derives from them. */
const NODE_STREAMS: ReadonlySet<unknown> = new Set([
  Duplex,
  PassThrough,
  Readable,
  Socket,
  Stream,
  Transform,
  Writable,
]);

/** Of `node:tls`, which takes longer to load than all the rest: asked for with the first stream. */
function isNodeStream(make: unknown): boolean {
  return NODE_STREAMS.has(make) || make === process.getBuiltinModule('node:tls').TLSSocket;
}

function ofStream(stream: object): Child[] {
  const isNodesOwn = isNodeStream((stream as { constructor?: unknown }).constructor);
  const children = isNodesOwn ? [] : ownData(stream).filter(({ name }) => !name.startsWith('_'));
  const own = new Set(children.map(({ name }) => name));
  for (const name of STREAM_MEASURES) {
    const value: unknown = own.has(name) ? undefined : (stream as Record<string, unknown>)[name];
    if (typeof value === 'number') children.push({ name, value });
  }
  return children;
}

const isPollName = (name: string): boolean => /^poll(?:$|[A-Z])/.test(name);

function ownPollMethods(object: object): string[] {
  return Object.getOwnPropertyNames(object).filter((name) => {
    if (!isPollName(name)) return false;
    return typeof Object.getOwnPropertyDescriptor(object, name)?.value === 'function';
  });
}

const inheritedPollMethods = new WeakMap<object, readonly string[]>();

function pollMethodsOfProto(proto: unknown): readonly string[] {
  if (typeof proto !== 'object' || proto === null || proto === Object.prototype) return [];
  if (types.isProxy(proto)) return [];
  const known = inheritedPollMethods.get(proto);
  if (known) return known;
  const names = [...ownPollMethods(proto), ...pollMethodsOfProto(Object.getPrototypeOf(proto))];
  inheritedPollMethods.set(proto, names);
  return names;
}

/** Names of the methods of the contract that an object has: `poll`, `pollRead`, … */
export function pollMethodsOf(object: object): string[] {
  const isList = Array.isArray(object) || ArrayBuffer.isView(object);
  const own = isList || types.isProxy(object) ? [] : ownPollMethods(object);
  return [...new Set([...own, ...pollMethodsOfProto(Object.getPrototypeOf(object))])];
}

/** A layer found in a graph: an object with poll methods, and how it was reached. */
export interface LayerNode {
  object: object;
  path: string;
  parent: LayerNode | null;
}

/** Objects and functions looked at for layers. */
const MAX_OBJECTS = 400;
const MAX_FUNCTIONS = 60;
const MAX_LAYER_DEPTH = 16;

/**
 * Objects with poll methods that `root` holds, itself first, breadth first. Functions are
 * entered, except those that `isForeign` says are none of the program's own.
 */
export function layersIn(
  root: object,
  hidden: HiddenReader | null,
  isForeign: (fn: AnyFunction) => boolean = () => false,
): LayerNode[] {
  const layers: LayerNode[] = [];
  const seen = new Set<unknown>([root]);
  let functions = 0;
  const queue: { value: object; path: string; layer: LayerNode | null; depth: number }[] = [
    { value: root, path: '', layer: null, depth: 0 },
  ];
  const inside = (value: object): readonly Child[] => {
    if (typeof value !== 'function') {
      const make = classOf(value);
      const children = childrenOf(value, hidden);
      return make === null ? children : [...children, { name: 'class', value: make }];
    }
    const fn = unwrapped(value as AnyFunction);
    if (!hidden || functions >= MAX_FUNCTIONS || isOpaque(fn) || isForeign(fn)) return [];
    functions += 1;
    return closureOf(fn, hidden);
  };
  for (const { value: at, path, layer: above, depth } of queue) {
    let layer = above;
    if (typeof at !== 'function' && pollMethodsOf(at).length > 0) {
      layer = { object: at, path, parent: above };
      layers.push(layer);
    }
    if (depth >= MAX_LAYER_DEPTH) continue;
    for (const { name, value } of inside(at)) {
      if (seen.size >= MAX_OBJECTS) return layers;
      if (isPlain(value) || seen.has(value) || isOpaque(value as object)) continue;
      seen.add(value);
      queue.push({ value: value as object, path: `${path}.${name}`, layer, depth: depth + 1 });
    }
  }
  return layers;
}
