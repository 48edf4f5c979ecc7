/**
 * Reads a live object without disturbing it: own data properties, containers, closures.
 * Getters are never called, proxies never entered, and it does not go behind objects that
 * belong to a runtime (wakers, executors: the `opaque` mark).
 */
import { Socket } from 'node:net';
import { Duplex, PassThrough, Readable, Stream, Transform, Writable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { types } from 'node:util';
import type { HiddenState } from './hidden-state.ts';

/** The mark of `core/waker.ts`, by its registered name: this folder knows no core. */
const OPAQUE = Symbol.for('selfwake.opaque');

/** Elements of a container that are looked at, from each end. */
const CONTAINER_ENDS = 8;

export interface Child {
  name: string;
  value: unknown;
}

export function isOpaque(value: object): boolean {
  return types.isProxy(value) || (value as Record<symbol, unknown>)[OPAQUE] === true;
}

function ownData(object: object): Child[] {
  const children: Child[] = [];
  for (const name of Object.getOwnPropertyNames(object)) {
    const descriptor = Object.getOwnPropertyDescriptor(object, name);
    if (descriptor && 'value' in descriptor) children.push({ name, value: descriptor.value });
  }
  return children;
}

function ends<T>(items: readonly T[]): Child[] {
  const children: Child[] = [];
  const tail = Math.max(CONTAINER_ENDS, items.length - CONTAINER_ENDS);
  items.slice(0, CONTAINER_ENDS).forEach((value, i) => children.push({ name: `[${i}]`, value }));
  items.slice(tail).forEach((value, i) => {
    children.push({ name: `[-${items.length - tail - i}]`, value });
  });
  return children;
}

function firstOf(items: Iterable<unknown>, limit: number): unknown[] {
  const taken: unknown[] = [];
  for (const item of items) {
    if (taken.push(item) >= limit) break;
  }
  return taken;
}

/** Identifiers that occur in a function's source text. */
const identifiersOf = (() => {
  const known = new WeakMap<object, ReadonlySet<string>>();
  return (fn: (...args: never[]) => unknown): ReadonlySet<string> => {
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

/** Variables that `fn` closes over and whose names its own text mentions. */
export function closureOf(fn: AnyFunction, hidden: HiddenState): Child[] {
  const names = identifiersOf(fn);
  return hidden.closedOver(fn, (name) => names.has(name));
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
export function childrenOf(object: object, hidden: HiddenState | null): Child[] {
  if (isOpaque(object)) return [];
  if (Array.isArray(object)) return ends(object);
  if (types.isMap(object)) {
    return firstOf(Map.prototype.values.call(object), CONTAINER_ENDS).map((value, i) => ({
      name: `<${i}>`,
      value,
    }));
  }
  if (types.isSet(object)) {
    return firstOf(Set.prototype.values.call(object), CONTAINER_ENDS).map((value, i) => ({
      name: `<${i}>`,
      value,
    }));
  }
  if (ArrayBuffer.isView(object) || types.isAnyArrayBuffer(object)) return [];
  if (object instanceof Stream) return ofStream(object);
  const children = ownData(object);
  if (hidden && mayHavePrivates(object)) children.push(...hidden.privateFields(object));
  return children;
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
  TLSSocket,
  Writable,
]);

function ofStream(stream: object): Child[] {
  const isNodesOwn = NODE_STREAMS.has((stream as { constructor?: unknown }).constructor);
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
  const own = Array.isArray(object) || types.isProxy(object) ? [] : ownPollMethods(object);
  return [...new Set([...own, ...pollMethodsOfProto(Object.getPrototypeOf(object))])];
}

/** A layer found in a graph: an object with poll methods, and how it was reached. */
export interface LayerNode {
  object: object;
  path: string;
  parent: LayerNode | null;
}

/** Objects with poll methods that `root` holds, itself first, breadth first. */
export function layersIn(root: object, hidden: HiddenState | null, maxObjects = 400): LayerNode[] {
  const layers: LayerNode[] = [];
  const seen = new Set<object>([root]);
  const queue: { object: object; path: string; layer: LayerNode | null; depth: number }[] = [
    { object: root, path: '', layer: null, depth: 0 },
  ];
  for (const at of queue) {
    let layer = at.layer;
    if (pollMethodsOf(at.object).length > 0) {
      layer = { object: at.object, path: at.path, parent: at.layer };
      layers.push(layer);
    }
    if (at.depth >= 16) continue;
    const children = childrenOf(at.object, hidden);
    for (const { name, value } of children) {
      if (seen.size >= maxObjects) return layers;
      const object = enterable(value);
      if (!object || seen.has(object) || isOpaque(object)) continue;
      seen.add(object);
      queue.push({ object, path: `${at.path}.${name}`, layer, depth: at.depth + 1 });
    }
    if (hidden && at.depth <= 8) {
      for (const { name, value } of children) {
        if (typeof value !== 'function' || seen.has(value) || seen.size >= maxObjects) continue;
        if (isOpaque(value)) continue;
        seen.add(value);
        for (const inner of closureOf(value as AnyFunction, hidden)) {
          const object = enterable(inner.value);
          if (!object || seen.has(object) || isOpaque(object)) continue;
          seen.add(object);
          const path = `${at.path}.${name}().${inner.name}`;
          queue.push({ object, path, layer, depth: at.depth + 2 });
        }
      }
    }
  }
  return layers;
}

function enterable(value: unknown): object | null {
  return typeof value === 'object' && value !== null ? value : null;
}
