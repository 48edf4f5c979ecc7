import type { Context } from '../context.ts';
import { END, type Next, type Stream } from '../future.ts';
import { Poll } from '../poll.ts';
import { noteProgress, ProgressCell } from '../progress.ts';
import { FromPromise } from './from-promise.ts';

const READY_END = Poll.Ready(END);

/** The type of {@link fromAsyncIterable}. */
export class FromAsyncIterable<T> implements Stream<T> {
  readonly #iterator: AsyncIterator<T, unknown>;
  #pending: FromPromise<IteratorResult<T, unknown>> | null = null;
  #isOver = false;

  constructor(iterable: AsyncIterable<T>) {
    this.#iterator = iterable[Symbol.asyncIterator]();
  }

  pollNext(cx: Context): Poll<Next<T>> {
    if (this.#isOver) return READY_END;
    const pending = this.#pending ?? new FromPromise(this.#iterator.next());
    this.#pending = null;
    // Over until it says otherwise: an iterator that rejects has ended.
    this.#isOver = true;
    const poll = pending.poll(cx);
    if (poll.isPending) {
      this.#pending = pending;
      this.#isOver = false;
      return poll;
    }
    if (poll.value.done) return READY_END;
    this.#isOver = false;
    noteProgress(ProgressCell.ITEMS, 1);
    return Poll.Ready({ done: false, value: poll.value.value });
  }

  /** Tells the iterator to return; nobody waits for it. */
  drop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pending?.drop();
    this.#pending = null;
    // A generator that is never asked again has no other way to run its `finally`.
    Promise.resolve(this.#iterator.return?.()).catch(() => {});
  }
}

/** A stream of an async iterable's items. Asks for one item at a time. */
export function fromAsyncIterable<T>(iterable: AsyncIterable<T>): FromAsyncIterable<T> {
  return new FromAsyncIterable(iterable);
}
