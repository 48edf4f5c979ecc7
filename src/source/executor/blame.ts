/**
 * Who did it: from the stack at a self-wake to the innermost guilty layer, the place of
 * the wake, and the chain of layers above and below.
 *
 * The guilty layer is the innermost frame of a `poll…` method: helpers that it called, and
 * the waker's own frames, are passed over. The place is the innermost frame of the
 * program's own code, which is where the wake is written.
 */
import { fileURLToPath } from 'node:url';
import type { Layer, Place } from '../../model/recording.ts';
import type { Frame } from '../../trace/call-sites.ts';
import type { HiddenState } from '../../trace/hidden-state.ts';
import { type LayerNode, pollMethodsOf } from '../../trace/object-graph.ts';
import type { PlaceMapper } from '../../trace/source-maps.ts';
import { typeNameOf } from './unit-table.ts';

/** This package's folder of code, wherever it runs from. */
const PACKAGE_ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Rooms of this package that are no layers of anybody's. */
const MACHINERY = ['executor', 'source', 'session', 'testing'].map((room) => PACKAGE_ROOT + room);
const MAX_CHAIN = 32;
const MAX_BELOW = 8;

const isPollName = (name: string | null): boolean =>
  name !== null && /(?:^|\.)#?poll(?:$|[A-Z])/.test(name);

function pathOf(frame: Frame): string {
  return frame.url.startsWith('file:') ? fileURLToPath(frame.url) : frame.url;
}

function isMachinery(frame: Frame): boolean {
  if (frame.url.startsWith('node:')) return true;
  const path = pathOf(frame);
  return MACHINERY.some((room) => path.startsWith(room));
}

const isCore = (frame: Frame): boolean => pathOf(frame).startsWith(`${PACKAGE_ROOT}core`);

export interface Blame {
  /** Name of the guilty type. */
  name: string;
  /** Where the wake, or the fruitless read, is written. */
  place: Place | null;
  chain: Layer[];
  /** The guilty layer's object, where the graph shows it. */
  node: LayerNode | null;
}

/** What a frame of the contract is called as a layer: its receiver's class, or the function's name. */
function layerName(frame: Frame): string {
  const { typeName, functionName } = frame;
  if (typeName !== null && typeName !== 'Object' && typeName !== 'PollFn' && !frame.isToplevel) {
    return typeName;
  }
  return functionName ?? ANONYMOUS;
}

const ANONYMOUS = '(anonymous)';
/** Frames of the waker itself, where a bundler put them into the program's own file. */
const WAKER_NAME = /(?:^|\.)(?:wake|wakeByRef|yieldByRef|woken|onCapturedWake|captureFrames)$/;

/** Without what lies inside the wake: this package's own frames, known by file, or by name in a bundle. */
function fromTheWakeOutward(frames: readonly Frame[]): readonly Frame[] {
  const isBundled = frames[0] !== undefined && !isMachinery(frames[0]);
  const start = frames.findIndex((frame) =>
    isBundled ? !WAKER_NAME.test(frame.functionName ?? '') : !isMachinery(frame),
  );
  return start < 0 ? [] : frames.slice(start);
}

interface PollFrames {
  /** Frames of poll methods, innermost first, out to the task's own future. */
  polls: Frame[];
  /** The innermost frame of the program's own code. */
  innermost: Frame | null;
}

function pollFrames(frames: readonly Frame[], rootName: string | null): PollFrames {
  const polls: Frame[] = [];
  let innermost: Frame | null = null;
  let inner: Frame | null = null;
  for (const frame of fromTheWakeOutward(frames)) {
    if (isMachinery(frame)) {
      if (polls.some((poll) => layerName(poll) === rootName)) break;
      inner = null;
      continue;
    }
    if (innermost === null && !isCore(frame)) innermost = frame;
    if (isPollName(frame.functionName)) {
      const isClosure = frame.typeName === 'PollFn' && inner !== null;
      polls.push(isClosure ? (inner as Frame) : frame);
    }
    inner = frame;
  }
  const last = polls.findLastIndex((poll) => layerName(poll) === rootName);
  return { polls: last < 0 ? polls : polls.slice(0, last + 1), innermost };
}

/**
 * Reads one stack taken at a wake. `layers` are those of the future being polled, itself
 * first. Null when no poll frame is on the stack.
 */
export function blameFromFrames(
  frames: readonly Frame[],
  layers: readonly LayerNode[],
  mapper: PlaceMapper,
): Blame | null {
  const root = layers[0]?.object;
  const rootName = root ? typeNameOf(root) : null;
  const { polls, innermost } = pollFrames(frames, rootName);
  const guilty = polls[0];
  if (!guilty) return null;
  const name = nameOfLayer(guilty, rootName);
  const node = layers.find((layer) => typeNameOf(layer.object) === name) ?? null;
  const above: Layer[] = [...polls].reverse().map((frame, i) => ({
    name: nameOfLayer(frame, rootName),
    unit: null,
    place: mapper.place(frame),
    isGuilty: i === polls.length - 1,
  }));
  return {
    name,
    place: mapper.place(innermost ?? guilty),
    chain: joinEqual(above).slice(-MAX_CHAIN).concat(below(node, layers)),
    node,
  };
}

/** A closure handed to `pollFn` is called what its task's type is called, if it has no name. */
function nameOfLayer(frame: Frame, rootName: string | null): string {
  const name = layerName(frame);
  return name === ANONYMOUS ? (rootName ?? name) : name;
}

/** A type that calls several of its own poll methods is one layer. */
function joinEqual(layers: Layer[]): Layer[] {
  const joined: Layer[] = [];
  for (const layer of layers) {
    if (joined.at(-1)?.name === layer.name) joined[joined.length - 1] = layer;
    else joined.push(layer);
  }
  return joined;
}

/** The layers that a node holds, one inside the other. */
function below(node: LayerNode | null, layers: readonly LayerNode[]): Layer[] {
  const chain: Layer[] = [];
  let at = node;
  while (at !== null && chain.length < MAX_BELOW) {
    const parent: LayerNode = at;
    at = layers.find((layer) => layer.parent === parent) ?? null;
    if (at) {
      chain.push({
        name: typeNameOf(at.object) ?? '(object)',
        unit: null,
        place: null,
        isGuilty: false,
      });
    }
  }
  return chain;
}

/** The layers from the task's future down to `node`, and below it. */
export function chainThrough(node: LayerNode, layers: readonly LayerNode[]): Layer[] {
  const above: Layer[] = [];
  for (let at: LayerNode | null = node; at !== null; at = at.parent) {
    above.unshift({
      name: typeNameOf(at.object) ?? '(object)',
      unit: null,
      place: null,
      isGuilty: at === node,
    });
  }
  return above.slice(-MAX_CHAIN).concat(below(node, layers));
}

/**
 * Reads a stack taken at a wake from a callback. No poll is on it, so the layer is the one
 * whose poll methods stand nearest above the callback in the same file.
 */
export function blameOutside(
  frames: readonly Frame[],
  layers: readonly LayerNode[],
  mapper: PlaceMapper,
  hidden: HiddenState,
): Blame | null {
  const callback = fromTheWakeOutward(frames).find((f) => !isMachinery(f) && !isCore(f));
  if (!callback) return null;
  let nearest: { node: LayerNode; line: number } | null = null;
  for (const node of layers) {
    for (const name of pollMethodsOf(node.object)) {
      const fn: unknown = (node.object as Record<string, unknown>)[name];
      const at = hidden.locationOf(fn as (...args: never[]) => unknown);
      if (!at || at.url !== callback.url || at.line > callback.line) continue;
      if (nearest === null || at.line > nearest.line) nearest = { node, line: at.line };
    }
  }
  const node = nearest?.node ?? layers[0] ?? null;
  if (!node) return null;
  return {
    name: typeNameOf(node.object) ?? pollMethodsOf(node.object)[0] ?? 'future',
    place: mapper.place(callback),
    chain: chainThrough(node, layers),
    node,
  };
}

/** The frames without those of this package's own layers, which keep the contract. */
export function withoutCore(frames: readonly Frame[]): Frame[] {
  return frames.filter((frame) => !isCore(frame));
}

/** True for a frame that says nothing about the program: Node's, or this package's. */
export function isOwnOrNode(frame: Frame): boolean {
  return isMachinery(frame) || isCore(frame);
}
