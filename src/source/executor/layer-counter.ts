/**
 * Counts an instrumented layer: its polls, how they went, and the self-wakes that happen
 * while it is the innermost one being polled.
 */
import { COUNTER_INDEX } from '../../model/counters.ts';
import type { CountingRecorder } from './counting-recorder.ts';
import { type TapListener, type TapOperation, type TappedLayer, TapResult } from './layer-tap.ts';
import type { PollsAfterReady } from './polls-after-ready.ts';
import { ROW_SIZE } from './unit-table.ts';

const C = COUNTER_INDEX;
const MAX_DEPTH = 256;

export class LayerCounter implements TapListener {
  readonly #recorder: CountingRecorder;
  readonly #rows: Float64Array;
  readonly #afterReady: PollsAfterReady;
  readonly #finished = new WeakSet<object>();
  /** Self-wakes of the layer's unit when each call in progress began. */
  readonly #selfWakesBefore = new Float64Array(MAX_DEPTH);
  #depth = 0;

  constructor(recorder: CountingRecorder, rows: Float64Array, afterReady: PollsAfterReady) {
    this.#recorder = recorder;
    this.#rows = rows;
    this.#afterReady = afterReady;
  }

  entered(layer: TappedLayer): void {
    this.#recorder.layerEntered(layer.unit);
    if (this.#depth < MAX_DEPTH) {
      this.#selfWakesBefore[this.#depth] = this.#rows[layer.unit * ROW_SIZE + C.selfWakes]!;
    }
    this.#depth += 1;
  }

  left(layer: TappedLayer, operation: TapOperation, result: number, amount: number): void {
    this.#recorder.layerLeft();
    this.#depth -= 1;
    const base = layer.unit * ROW_SIZE;
    const rows = this.#rows;
    rows[base + C.polls]! += 1;
    switch (result) {
      case TapResult.PENDING: {
        rows[base + C.pendings]! += 1;
        const before = this.#selfWakesBefore[Math.min(this.#depth, MAX_DEPTH - 1)]!;
        if (rows[base + C.selfWakes]! > before) rows[base + C.selfWokenPendings]! += 1;
        return;
      }
      case TapResult.THREW:
        rows[base + C.panics]! += 1;
        return;
      default:
        rows[base + C.readies]! += 1;
        this.#ready(layer, operation, result, amount);
    }
  }

  #ready(layer: TappedLayer, operation: TapOperation, result: number, amount: number): void {
    switch (operation) {
      case 'read':
        this.#recorder.countRead(layer.unit, amount, result === TapResult.FRUITLESS ? 1 : 0);
        return;
      case 'write':
        this.#recorder.countWrite(layer.unit, amount, result === TapResult.FRUITLESS ? 1 : 0);
        return;
      case 'poll':
        if (this.#finished.has(layer.target)) this.#afterReady.seen(layer.target);
        else this.#finished.add(layer.target);
        return;
      case 'fill':
      case 'next':
    }
  }
}
