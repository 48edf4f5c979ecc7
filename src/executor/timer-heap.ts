import { performance } from 'node:perf_hooks';
import type { TimerDriver, TimerEntry } from '../core/time.ts';
import { opaque, type Waker } from '../core/waker.ts';
import { ExecutorError } from './executor-error.ts';

/** The longest delay that Node's timers know; a longer one would fire after 1 ms. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The clock and the one timer behind a {@link TimerHeap}; injected in tests. */
export interface ExecutorClock {
  /** Milliseconds, never going back. */
  nowMs(): number;
  /** Calls back once, not before `delayMs` (1 … 2^31-1) have passed; answers what cancels it. */
  setTimer(callback: () => void, delayMs: number): unknown;
  clearTimer(timer: unknown): void;
}

/** `performance.now` and `setTimeout`. A timer keeps the process alive, as in tokio a sleeping task does. */
export const systemClock: ExecutorClock = {
  nowMs: () => performance.now(),
  setTimer: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

const NOT_QUEUED = -1;

class HeapEntry implements TimerEntry {
  readonly heap: TimerHeap;
  readonly deadlineMs: number;
  readonly order: number;
  waker: Waker | null;
  /** Where it lies in the heap. */
  index = NOT_QUEUED;
  isElapsed = false;

  constructor(heap: TimerHeap, deadlineMs: number, order: number, waker: Waker) {
    this.heap = heap;
    this.deadlineMs = deadlineMs;
    this.order = order;
    this.waker = waker;
  }
  get [opaque](): true {
    return true;
  }
  setWaker(waker: Waker): void {
    const kept = this.waker;
    if (kept === null) waker.drop();
    else {
      this.waker = waker;
      kept.drop();
    }
  }
  cancel(): void {
    const waker = this.waker;
    this.waker = null;
    this.heap.remove(this);
    waker?.drop();
  }
}

/**
 * An executor's timers: a binary heap behind one timer of Node's, correct for any
 * deadline, those more than 2^31-1 ms away included. Deadlines fire in order, equal ones
 * in the order in which they were registered, never early, and never inside `register`:
 * one that has passed already fires when the loop has turned. An
 * infinite one never fires, and keeps nothing alive.
 *
 * The timer is taken off when the heap runs empty, so that nothing keeps the process
 * alive. When the earliest entry is cancelled and others remain it is left to fire and
 * set anew: a timeout that is cancelled each time costs no system timer.
 */
export class TimerHeap implements TimerDriver {
  readonly #clock: ExecutorClock;
  readonly #heap: HeapEntry[] = [];
  #registered = 0;
  #timer: unknown = null;
  #armedForMs = Number.POSITIVE_INFINITY;
  #isClosed = false;
  readonly #onTimer = (): void => {
    this.#timer = null;
    this.#armedForMs = Number.POSITIVE_INFINITY;
    try {
      this.#fire();
    } finally {
      // A foreign waker may throw: the others are still owed their wakes.
      this.#arm();
    }
  };

  constructor(clock: ExecutorClock) {
    this.#clock = clock;
  }

  get [opaque](): true {
    return true;
  }

  /** Timers that are registered and have not fired. */
  get size(): number {
    return this.#heap.length;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  /**
   * Takes the waker over. Throws when the deadline is not a number. After `close`, entries
   * never fire.
   */
  register(deadlineMs: number, waker: Waker): TimerEntry {
    if (Number.isNaN(deadlineMs)) {
      throw new ExecutorError(
        'INVALID_OPTION',
        'a deadline must be a number of milliseconds, not NaN; look for an undefined in its sum',
      );
    }
    const entry = new HeapEntry(this, deadlineMs, this.#registered++, waker);
    if (this.#isClosed) {
      entry.cancel();
      return entry;
    }
    this.#heap.push(entry);
    this.#siftUp(entry, this.#heap.length - 1);
    if (entry.index === 0) this.#arm();
    return entry;
  }

  /** Takes every timer off; drops the wakers. */
  close(): void {
    this.#isClosed = true;
    for (const entry of this.#heap.splice(0)) {
      entry.index = NOT_QUEUED;
      const waker = entry.waker;
      entry.waker = null;
      waker?.drop();
    }
    this.#disarm();
  }

  /** @internal Called by an entry. */
  remove(entry: HeapEntry): void {
    const index = entry.index;
    if (index === NOT_QUEUED) return;
    entry.index = NOT_QUEUED;
    const last = this.#heap.pop() as HeapEntry;
    if (last !== entry) {
      this.#siftDown(last, index);
      this.#siftUp(last, last.index);
    }
    if (this.#heap.length === 0) this.#disarm();
  }

  #fire(): void {
    const nowMs = this.#clock.nowMs();
    // What a wake registers waits for the next round, even if it is due.
    const end = this.#registered;
    for (;;) {
      const entry = this.#heap[0];
      if (entry === undefined || entry.deadlineMs > nowMs || entry.order >= end) return;
      this.remove(entry);
      entry.isElapsed = true;
      const waker = entry.waker;
      entry.waker = null;
      waker?.wake();
    }
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || first.deadlineMs >= this.#armedForMs) return;
    this.#disarm();
    const delayMs = Math.ceil(first.deadlineMs - this.#clock.nowMs());
    this.#armedForMs = first.deadlineMs;
    this.#timer = this.#clock.setTimer(this.#onTimer, Math.min(Math.max(delayMs, 1), MAX_DELAY_MS));
  }

  #disarm(): void {
    if (this.#timer !== null) this.#clock.clearTimer(this.#timer);
    this.#timer = null;
    this.#armedForMs = Number.POSITIVE_INFINITY;
  }

  #siftUp(entry: HeapEntry, from: number): void {
    const heap = this.#heap;
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex] as HeapEntry;
      if (!isBefore(entry, parent)) break;
      heap[index] = parent;
      parent.index = index;
      index = parentIndex;
    }
    heap[index] = entry;
    entry.index = index;
  }

  #siftDown(entry: HeapEntry, from: number): void {
    const heap = this.#heap;
    const length = heap.length;
    let index = from;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= length) break;
      const right = heap[childIndex + 1];
      if (right !== undefined && isBefore(right, heap[childIndex] as HeapEntry)) childIndex += 1;
      const child = heap[childIndex] as HeapEntry;
      if (!isBefore(child, entry)) break;
      heap[index] = child;
      child.index = index;
      index = childIndex;
    }
    heap[index] = entry;
    entry.index = index;
  }
}

function isBefore(a: HeapEntry, b: HeapEntry): boolean {
  return a.deadlineMs < b.deadlineMs || (a.deadlineMs === b.deadlineMs && a.order < b.order);
}
