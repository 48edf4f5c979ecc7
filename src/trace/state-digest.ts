/**
 * One sample of a state: every scalar that is reachable from a few roots within bounds,
 * by path. Containers give their size and their ends, bytes a length and a hash. Values
 * stay in this process and are only ever compared.
 */
import { types } from 'node:util';
import { type AnyFunction, childrenOf, closureOf, isOpaque } from './object-graph.ts';
import type { HiddenState } from './hidden-state.ts';

export type Scalar = number | string | boolean | bigint | null | undefined;

export interface Digest {
  /** When it was taken: milliseconds on a monotonic clock. */
  atMs: number;
  /** How many polls of the task had ended by then. */
  poll: number;
  /** Samples of one group were taken without progress between them. */
  group: number;
  values: Map<string, Scalar>;
  /** False when the bounds were met. */
  isComplete: boolean;
}

export interface DigestBounds {
  maxValues: number;
  maxDepth: number;
}

/** Enough for a stack of protocol layers; about half a millisecond. */
const DEFAULT_BOUNDS: DigestBounds = { maxValues: 1500, maxDepth: 10 };

/** Bytes of a buffer that are hashed, from each end. */
const HASHED_BYTES = 512;
const KEPT_CHARACTERS = 64;

function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  const mix = (from: number, to: number): void => {
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  };
  if (bytes.length <= 2 * HASHED_BYTES) mix(0, bytes.length);
  else {
    mix(0, HASHED_BYTES);
    mix(bytes.length - HASHED_BYTES, bytes.length);
  }
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

/**
 * Takes one sample. `roots` are named; functions among them are entered by their closure,
 * except those that `isForeign` says are none of the program's own.
 */
export function takeDigest(
  roots: readonly { name: string; value: unknown }[],
  hidden: HiddenState | null,
  stamp: { atMs: number; poll: number; group: number },
  options: { bounds?: DigestBounds; isForeign?: (fn: AnyFunction) => boolean } = {},
): Digest {
  const { bounds = DEFAULT_BOUNDS, isForeign = () => false } = options;
  const values = new Map<string, Scalar>();
  const seen = new Set<unknown>();
  let isComplete = hidden === null ? false : hidden.isAvailable;
  const queue: { path: string; value: unknown; depth: number }[] = roots.map((root) => ({
    path: root.name,
    value: root.value,
    depth: 0,
  }));
  for (const at of queue) {
    if (values.size >= bounds.maxValues) {
      isComplete = false;
      break;
    }
    const { value, path, depth } = at;
    if (typeof value === 'string') values.set(path, shorten(value));
    else if (typeof value === 'function') {
      if (!hidden || seen.has(value) || depth > 4 || isOpaque(value)) continue;
      seen.add(value);
      if (isForeign(value as AnyFunction)) continue;
      for (const inner of closureOf(value as AnyFunction, hidden)) {
        queue.push({ path: `${path}().${inner.name}`, value: inner.value, depth: depth + 1 });
      }
    } else if (typeof value === 'symbol') values.set(path, value.description ?? '');
    else if (typeof value !== 'object' || value === null) values.set(path, value as Scalar);
    else {
      if (seen.has(value) || isOpaque(value)) continue;
      seen.add(value);
      measure(value, path, values);
      if (depth >= bounds.maxDepth) {
        isComplete = false;
        continue;
      }
      for (const child of childrenOf(value, hidden)) {
        queue.push({ path: `${path}.${child.name}`, value: child.value, depth: depth + 1 });
      }
    }
  }
  return { ...stamp, values, isComplete };
}
