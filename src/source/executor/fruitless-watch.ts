/**
 * Watches every layer that a task's future holds, for as long as it is installed, and
 * notes which of them answer Ready without progress, or throw the same error, again and
 * again. Only the innermost is noted: what wraps it merely hands the answer on.
 */
import { reasonOf } from '../../model/errors.ts';
import { captureFrames, type Frame } from '../../trace/call-sites.ts';
import type { LayerNode } from '../../trace/object-graph.ts';
import { type ThrowSite, throwSite } from '../../trace/throw-site.ts';
import { isSameAnswer } from './answers.ts';
import { isOwnOrNode } from './blame.ts';
import { ChildCompletions } from './child-completions.ts';
import { type TapListener, type TapOperation, TappedLayer, TapResult } from './layer-tap.ts';
import { typeNameOf } from './unit-table.ts';

const MAX_DEPTH = 64;
const STACK_DEPTH = 100;

/** Fruitless answers of one operation of one layer. */
export interface FruitlessLayer {
  node: LayerNode;
  operation: TapOperation;
  /** In a row, with no other answer of this operation between them. */
  inARow: number;
  /** The same, within one poll of the task. */
  inOnePoll: number;
  /** Polls of the task that these were spread over. */
  polls: number;
  pollSeq: number;
  /** The stack of a caller, where the layer itself is this package's. */
  frames: Frame[];
  /** The message, when it threw, and where it was thrown. */
  thrown: string | null;
  thrownAt: ThrowSite | null;
}

export class FruitlessWatch implements TapListener {
  readonly found: FruitlessLayer[] = [];
  /** Something that a layer brought: an item, or a child's first completion with a value. */
  achieved: { path: string; as: string } | null = null;
  readonly #pollSeq: () => number;
  readonly #isPolled: () => boolean;
  readonly #onFruitless: (layer: FruitlessLayer) => void;
  #taps: TappedLayer[] = [];
  readonly #completions = new ChildCompletions(
    (name) => {
      if (this.#isPolled()) this.achieved = { path: name, as: 'completion' };
    },
    () => this.#fruitless,
  );
  /** The last item of each stream, kept from burst to burst. */
  readonly #items = new WeakMap<object, { item: unknown }>();
  readonly #nodes = new Map<TappedLayer, LayerNode>();
  /** Per call in progress: did a layer inside it answer fruitlessly? */
  readonly #isInnerFruitless = new Uint8Array(MAX_DEPTH);
  #depth = 0;
  /** Fruitless answers seen, of any layer. */
  #fruitless = 0;

  /**
   * `pollSeq` tells polls of the task apart. Layers may be shared: what they answer while
   * it is another task that `isPolled` is not this one's affair.
   */
  constructor(
    pollSeq: () => number,
    isPolled: () => boolean,
    onFruitless: (layer: FruitlessLayer) => void,
  ) {
    this.#pollSeq = pollSeq;
    this.#isPolled = isPolled;
    this.#onFruitless = onFruitless;
  }

  get isInstalled(): boolean {
    return this.#taps.length > 0;
  }

  /** The task's own future is left out: its answers are the executor's to see. */
  install(future: object, layers: readonly LayerNode[]): void {
    if (this.isInstalled) return;
    this.#completions.install(layers, future);
    for (const node of layers) {
      if (node.object === future) continue;
      const tap = new TappedLayer(node.object);
      if (!tap.install(this)) continue;
      this.#taps.push(tap);
      this.#nodes.set(tap, node);
    }
  }

  remove(): void {
    for (const tap of this.#taps) tap.remove();
    this.#completions.remove();
    this.#taps = [];
    this.#nodes.clear();
    this.#depth = 0;
  }

  entered(): void {
    if (this.#depth < MAX_DEPTH) this.#isInnerFruitless[this.#depth] = 0;
    this.#depth += 1;
  }

  left(
    layer: TappedLayer,
    operation: TapOperation,
    result: number,
    _: number,
    outcome: unknown,
  ): void {
    const depth = (this.#depth = Math.max(0, this.#depth - 1));
    const isInner = depth < MAX_DEPTH && this.#isInnerFruitless[depth] === 1;
    const isFruitless = result === TapResult.FRUITLESS || result === TapResult.THREW;
    if (isFruitless) this.#fruitless += 1;
    if (isFruitless && depth > 0 && depth <= MAX_DEPTH) this.#isInnerFruitless[depth - 1] = 1;
    const node = this.#nodes.get(layer);
    if (!node || isInner || !this.#isPolled()) return;
    const known = this.found.find(
      (f) => f.node.object === node.object && f.operation === operation,
    );
    if (!isFruitless) {
      if (operation === 'next' && result === TapResult.READY) this.#brought(layer, outcome);
      if (known) known.inARow = known.inOnePoll = known.polls = 0;
      return;
    }
    const pollSeq = this.#pollSeq();
    const thrown = result === TapResult.THREW ? messageOf(outcome) : null;
    if (!known) {
      const frames = captureFrames(this.left, STACK_DEPTH);
      const thrownAt = thrown === null ? null : throwSite(outcome, (frame) => !isOwnOrNode(frame));
      const first = { inARow: 1, inOnePoll: 1, polls: 1, pollSeq, frames, thrown, thrownAt };
      this.found.push({ node, operation, ...first });
      return;
    }
    const isSame = known.thrown === thrown;
    if (!isSame && thrown !== null) {
      known.thrownAt = throwSite(outcome, (frame) => !isOwnOrNode(frame));
    }
    known.inARow = isSame ? known.inARow + 1 : 1;
    if (!isSame) known.polls = 1;
    else if (known.pollSeq !== pollSeq) known.polls += 1;
    known.inOnePoll = isSame && known.pollSeq === pollSeq ? known.inOnePoll + 1 : 1;
    known.pollSeq = pollSeq;
    known.thrown = thrown;
    this.#onFruitless(known);
  }

  /** An item that is the same again is nothing new. */
  #brought({ target }: TappedLayer, item: unknown): void {
    const last = this.#items.get(target);
    this.#items.set(target, { item });
    if (last && isSameAnswer(last.item, item)) return;
    this.achieved = { path: typeNameOf(target) ?? '(stream)', as: 'item' };
  }

  /** The layer that answered fruitlessly most often in a row, at least `atLeast` times. */
  worst(atLeast: number): FruitlessLayer | null {
    let worst: FruitlessLayer | null = null;
    for (const layer of this.found) {
      if (layer.inARow >= atLeast && layer.inARow > (worst?.inARow ?? 0)) worst = layer;
    }
    return worst;
  }
}

/** Digits are left out: an error that only counts up is the same error. */
function messageOf(error: unknown): string {
  try {
    return reasonOf(error).replace(/\d+/g, '0');
  } catch {
    return '';
  }
}
