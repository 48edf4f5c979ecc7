/**
 * Port of `futures::stream::FuturesUnordered`: a set of futures, of which only those that
 * were woken are polled.
 *
 * Protocol:
 * 1. Each child has a waker of its own. A wake marks it, puts it at the end of the ready
 *    queue unless it is there, and wakes the task that polls the set.
 * 2. `pollNext` registers that task first, then polls children from the queue until one is
 *    Ready, or the queue is empty.
 * 3. It gives way (re-arms the task on purpose, answers Pending) once as many children were
 *    polled as the set held at the start, or two of them re-armed themselves in their poll.
 *    So a healthy set answers each wake from outside with two polls.
 *
 * Differences: a child that throws makes `pollNext` throw, and is gone; the set may be
 * polled on, as the item would be an `Err` in Rust. `yieldByRef` of a child stays a yield.
 */
import { AtomicWaker } from '../atomic-waker.ts';
import { Context } from '../context.ts';
import { END, type Future, type Next, type Stream } from '../future.ts';
import { Poll } from '../poll.ts';
import { noteProgress, ProgressCell } from '../progress.ts';
import { opaque, type Waker, type YieldReason, yieldByRef } from '../waker.ts';

const READY_END = Poll.Ready(END);
/** Children that may re-arm themselves within one poll of the set before it gives way. */
const YIELDS_BEFORE_GIVING_WAY = 2;

class ReadyQueue {
  readonly parent = new AtomicWaker();
  #head: Child<unknown> | null = null;
  #tail: Child<unknown> | null = null;

  push(child: Child<unknown>): void {
    if (this.#tail === null) this.#head = child;
    else this.#tail.nextReady = child;
    this.#tail = child;
  }

  shift(): Child<unknown> | null {
    const child = this.#head;
    if (child === null) return null;
    this.#head = child.nextReady;
    if (this.#head === null) this.#tail = null;
    child.nextReady = null;
    return child;
  }

  clear(): void {
    while (this.shift() !== null);
    this.parent.clear();
  }
}

/** A child's place in the set. */
class Child<T> {
  /** Null once it was Ready, threw or was dropped: late wakes then do nothing. */
  future: Future<T> | null;
  readonly context: Context;
  nextReady: Child<unknown> | null = null;
  isQueued = true;
  isWoken = false;

  constructor(future: Future<T>, queue: ReadyQueue) {
    this.future = future;
    this.context = new Context(new ChildWaker(this, queue));
  }
}

/** Wakes one child. Lives apart from it, so that who holds the waker does not own siblings. */
class ChildWaker implements Waker {
  readonly #child: Child<unknown>;
  readonly #queue: ReadyQueue;

  constructor(child: Child<unknown>, queue: ReadyQueue) {
    this.#child = child;
    this.#queue = queue;
  }
  get [opaque](): true {
    return true;
  }
  wake(): void {
    this.wakeByRef();
  }
  wakeByRef(): void {
    if (this.#enqueue()) this.#queue.parent.wake();
  }
  yieldByRef(reason: YieldReason): void {
    if (!this.#enqueue()) return;
    const parent = this.#queue.parent.take();
    if (parent === null) return;
    yieldByRef(parent, reason);
    parent.drop();
  }
  clone(): Waker {
    return this;
  }
  drop(): void {}
  willWake(other: Waker): boolean {
    return other === this;
  }

  #enqueue(): boolean {
    const child = this.#child;
    if (child.future === null) return false;
    child.isWoken = true;
    if (child.isQueued) return false;
    child.isQueued = true;
    this.#queue.push(child);
    return true;
  }
}

export class FuturesUnordered<T> implements Stream<T> {
  private readonly children = new Set<Child<T>>();
  readonly #queue = new ReadyQueue();

  /** A set of the futures given: `FromIterator`. */
  static from<T>(futures: Iterable<Future<T>>): FuturesUnordered<T> {
    const set = new FuturesUnordered<T>();
    for (const future of futures) set.push(future);
    return set;
  }

  /** Futures in the set. */
  get length(): number {
    return this.children.size;
  }

  get isEmpty(): boolean {
    return this.children.size === 0;
  }

  /** Adds a future. It is first polled by the next `pollNext`, which this does not cause. */
  push(future: Future<T>): void {
    const child = new Child(future, this.#queue);
    this.children.add(child);
    this.#queue.push(child);
  }

  pollNext(cx: Context): Poll<Next<T>> {
    const size = this.children.size;
    let polled = 0;
    let yielded = 0;
    this.#queue.parent.register(cx.waker);
    for (;;) {
      const child = this.#queue.shift() as Child<T> | null;
      if (child === null) return this.children.size === 0 ? READY_END : Poll.Pending;
      const { future } = child;
      if (future === null) continue;
      const poll = this.pollChild(child, future);
      if (poll.isReady) return Poll.Ready({ done: false, value: poll.value });
      polled += 1;
      if (child.isWoken) yielded += 1;
      if (polled === size || yielded >= YIELDS_BEFORE_GIVING_WAY) {
        yieldByRef(cx.waker, 'yield');
        return Poll.Pending;
      }
    }
  }

  /** Drops all futures. The set can be filled again. */
  clear(): void {
    this.#queue.clear();
    for (const child of this.children) {
      const { future } = child;
      child.future = null;
      future?.drop?.();
    }
    this.children.clear();
  }

  drop(): void {
    this.clear();
  }

  private pollChild(child: Child<T>, future: Future<T>): Poll<T> {
    child.isQueued = false;
    child.isWoken = false;
    let isOver = true;
    try {
      const poll = future.poll(child.context);
      isOver = poll.isReady;
      return poll;
    } finally {
      if (isOver) {
        child.future = null;
        this.children.delete(child);
        noteProgress(ProgressCell.COMPLETIONS, 1);
      }
    }
  }
}
