/**
 * A future under an executor that is not ours: each of its polls is recorded as a task's,
 * and its waker counts. Needs no more of the executor than the contract.
 */
import { Context } from '../../core/context.ts';
import { opaque, type Waker, type YieldReason } from '../../core/waker.ts';
import { captureFrames, type Frame } from '../../trace/call-sites.ts';
import type { CountingRecorder } from './counting-recorder.ts';
import type { PollMethod } from './layer-tap.ts';
import type { TaskRow } from './task-row.ts';

class CountingWaker implements Waker {
  readonly inner: Waker;
  readonly #row: TaskRow;
  readonly #recorder: CountingRecorder;

  constructor(inner: Waker, row: TaskRow, recorder: CountingRecorder) {
    this.inner = inner;
    this.#row = row;
    this.#recorder = recorder;
  }

  get [opaque](): true {
    return true;
  }

  wake(): void {
    this.#recorder.woken(this.#row);
    this.#recorder.wakerDropped(this.#row);
    this.inner.wake();
  }

  wakeByRef(): void {
    this.#recorder.woken(this.#row);
    this.inner.wakeByRef();
  }

  clone(): Waker {
    this.#recorder.wakerCloned(this.#row);
    const inner = this.inner.clone();
    if (inner === this.inner) return this;
    const made = new CountingWaker(inner, this.#row, this.#recorder);
    this.#recorder.wakerMade(this.#row, made);
    return made;
  }

  drop(): void {
    this.#recorder.wakerDropped(this.#row);
    this.inner.drop();
  }

  willWake(other: Waker): boolean {
    return this.inner.willWake(other instanceof CountingWaker ? other.inner : other);
  }

  yieldByRef(reason: YieldReason): void {
    this.#recorder.yielded(this.#row, reason);
    if (this.inner.yieldByRef) this.inner.yieldByRef(reason);
    else this.inner.wakeByRef();
  }
}

/** Frames that name where an instrumented future was handed over. */
export type Handover = Frame | null;

export function handoverOf(below: (...args: never[]) => unknown): Handover {
  return captureFrames(below, 1)[0] ?? null;
}

const givenUp = new FinalizationRegistry<() => void>((end) => end());

export class ForeignTask {
  readonly #recorder: CountingRecorder;
  readonly #future: object;
  readonly #unit: number;
  readonly #name: string | null;
  readonly #handover: Handover;
  #row: TaskRow | null = null;
  /** Weak, so that a waker which its holder let go of is seen to be lost. */
  #context: WeakRef<Context> | null = null;

  constructor(
    recorder: CountingRecorder,
    future: object,
    unit: number,
    name: string | null,
    handover: Handover,
  ) {
    this.#recorder = recorder;
    this.#future = future;
    this.#unit = unit;
    this.#name = name;
    this.#handover = handover;
  }

  /** Polls as a task of its own. */
  poll(original: PollMethod, cx: Context): unknown {
    const recorder = this.#recorder;
    const row = (this.#row ??= this.#begin());
    if (row.polls > 0 && !row.isWoken) row.isPolledUnasked = true;
    const context = this.#contextFor(row, cx.waker);
    recorder.pollStarted(row);
    let answer: { isReady?: unknown } | undefined;
    try {
      answer = original.call(this.#future, context) as { isReady?: unknown } | undefined;
    } catch (error) {
      recorder.pollThrew(row);
      this.#completed(row);
      throw error;
    }
    const isReady = answer?.isReady === true;
    const condemned = recorder.pollEnded(row, isReady);
    if (isReady || condemned) this.#completed(row);
    if (condemned) throw condemned;
    return answer;
  }

  /** The executor gives the future up. */
  dropped(): void {
    if (this.#row) this.#completed(this.#row);
  }

  /** A future that is collected before it is Ready was given up without a word. */
  #begin(): TaskRow {
    const recorder = this.#recorder;
    const future = new WeakRef(this.#future);
    const row = recorder.spawnedAs(future, this.#unit, this.#name, this.#handover);
    givenUp.register(this.#future, () => recorder.completed(row));
    return row;
  }

  #completed(row: TaskRow): void {
    this.#recorder.completed(row);
    this.#context = null;
  }

  #contextFor(row: TaskRow, inner: Waker): Context {
    const known = this.#context?.deref();
    if (known && (known.waker as CountingWaker).inner.willWake(inner)) return known;
    const waker = new CountingWaker(inner, row, this.#recorder);
    const made = new Context(waker);
    this.#context = new WeakRef(made);
    this.#recorder.wakerMade(row, waker);
    return made;
  }
}
