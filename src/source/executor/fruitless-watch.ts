/**
 * Watches every layer that a task's future holds, for as long as it is installed, and
 * notes which of them answer Ready without progress, or throw the same error, again and
 * again. Only the innermost is noted: what wraps it merely hands the answer on.
 */
import type { HiddenState } from '../../trace/hidden-state.ts';
import { type LayerNode, layersIn } from '../../trace/object-graph.ts';
import { type TapListener, type TapOperation, TappedLayer, TapResult } from './layer-tap.ts';

const MAX_DEPTH = 64;

/** Fruitless answers of one operation of one layer. */
export interface FruitlessLayer {
  node: LayerNode;
  operation: TapOperation;
  /** In a row, with no other answer of this operation between them. */
  inARow: number;
  /** The message, when it threw. */
  thrown: string | null;
}

export class FruitlessWatch implements TapListener {
  readonly found: FruitlessLayer[] = [];
  readonly #hidden: HiddenState;
  readonly #onFruitless: (layer: FruitlessLayer) => void;
  #taps: TappedLayer[] = [];
  readonly #nodes = new Map<TappedLayer, LayerNode>();
  /** Per call in progress: did a layer inside it answer fruitlessly? */
  readonly #isInnerFruitless = new Uint8Array(MAX_DEPTH);
  #depth = 0;

  constructor(hidden: HiddenState, onFruitless: (layer: FruitlessLayer) => void) {
    this.#hidden = hidden;
    this.#onFruitless = onFruitless;
  }

  get isInstalled(): boolean {
    return this.#taps.length > 0;
  }

  /** The task's own future is left out: its answers are the executor's to see. */
  install(future: object): void {
    if (this.isInstalled) return;
    for (const node of layersIn(future, this.#hidden)) {
      if (node.object === future) continue;
      const tap = new TappedLayer(node.object);
      if (!tap.install(this)) continue;
      this.#taps.push(tap);
      this.#nodes.set(tap, node);
    }
  }

  remove(): void {
    for (const tap of this.#taps) tap.remove();
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
    error: unknown,
  ): void {
    const depth = (this.#depth = Math.max(0, this.#depth - 1));
    const isInner = depth < MAX_DEPTH && this.#isInnerFruitless[depth] === 1;
    const isFruitless = result === TapResult.FRUITLESS || result === TapResult.THREW;
    if (isFruitless && depth > 0 && depth <= MAX_DEPTH) this.#isInnerFruitless[depth - 1] = 1;
    const node = this.#nodes.get(layer);
    if (!node || isInner) return;
    const known = this.found.find(
      (f) => f.node.object === node.object && f.operation === operation,
    );
    if (!isFruitless) {
      if (known) known.inARow = 0;
      return;
    }
    const thrown = result === TapResult.THREW ? messageOf(error) : null;
    if (!known) {
      this.found.push({ node, operation, inARow: 1, thrown });
      return;
    }
    known.inARow = known.thrown === thrown ? known.inARow + 1 : 1;
    known.thrown = thrown;
    this.#onFruitless(known);
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
    return String(error instanceof Error ? error.message : error).replace(/\d+/g, '0');
  } catch {
    return '';
  }
}
