/**
 * Samples as a tree of frames from the thread's start inwards, each node with the samples that
 * ended there. Its size is that of the program's code paths, not of the file: a day of samples
 * of one server is some thousand nodes. Full is full: what then comes is counted at the last
 * node that is there.
 */
import { frameOf, type Frame } from './frame-role.ts';

/** Recursion of any depth makes nodes without end. */
const MAX_NODES = 2_000_000;
const MAX_FRAMES = 500_000;
/** A name of this length is no name. */
const MAX_NAME = 4000;

export class StackTree {
  readonly frames: Frame[] = [];
  /** Per node, node 0 being the root: its parent, its frame, samples that ended in it. */
  readonly parents: number[] = [0];
  readonly frameIds: number[] = [-1];
  readonly selves: number[] = [0];
  /** Samples cut short because the tree was full. */
  dropped = 0;

  readonly #ids = new Map<string, number>();
  readonly #children = new Map<number, number>();

  /** The id of a frame; `isKernel` where the profile says so. */
  frame(symbol: string, isKernel = false): number {
    const key = isKernel ? `k${symbol}` : symbol;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    if (this.frames.length >= MAX_FRAMES) return this.frames.length - 1;
    const id = this.frames.push(frameOf(symbol.slice(0, MAX_NAME), isKernel)) - 1;
    this.#ids.set(key, id);
    return id;
  }

  /** The node of `frame` below `parent`; below 0 the outermost. The same frame twice is one. */
  below(parent: number, frame: number): number {
    if (this.frameIds[parent] === frame) return parent;
    const key = parent * MAX_FRAMES + frame;
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    if (this.parents.length >= MAX_NODES) {
      this.dropped += 1;
      return parent;
    }
    const node = this.parents.push(parent) - 1;
    this.frameIds.push(frame);
    this.selves.push(0);
    this.#children.set(key, node);
    return node;
  }

  count(node: number, weight: number): void {
    this.selves[node]! += weight;
  }
}
