/**
 * Polls a future as a hostile executor would, and holds it to the waker contract:
 *
 * 1. Each poll brings a new waker. If a poll was Pending and a later one is Ready, then the
 *    *latest* waker had been woken before that later poll: no wake is lost.
 * 2. Once the future is Ready or dropped it holds no waker: every clone was let go, once.
 */
import { type Future, Poll } from '../../src/core/index.ts';
import { CountingWaker } from '../../src/testing/counting-waker.ts';

export class LawWatch<T> {
  readonly #future: Future<T>;
  readonly #wakers: CountingWaker[] = [];
  #isOver = false;
  outcome: { value: T } | { error: unknown } | null = null;

  constructor(future: Future<T>) {
    this.#future = future;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** True when whoever polls it by the rules would poll it now. */
  get isWoken(): boolean {
    const latest = this.#wakers.at(-1);
    return !this.#isOver && (latest === undefined || latest.wakes + latest.yields.length > 0);
  }

  /** Polls, woken or not; answers the poll, with an error as Ready. */
  poll(): Poll<T | undefined> {
    if (this.#isOver) return Poll.Pending;
    const wasWoken = this.isWoken;
    const waker = new CountingWaker();
    let poll: Poll<T | undefined>;
    try {
      const answer = this.#future.poll(waker.context());
      if (answer.isReady) this.outcome = { value: answer.value };
      poll = answer;
    } catch (error) {
      this.outcome = { error };
      poll = Poll.Ready(undefined);
    }
    this.#wakers.push(waker);
    if (poll.isReady) {
      this.#isOver = true;
      if (!wasWoken)
        throw new Error('lost wake: Ready, but the waker of the poll before was not woken');
      this.checkReleased();
    }
    return poll;
  }

  drop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#future.drop?.();
    this.checkReleased();
  }

  /** Rule 2. */
  checkReleased(): void {
    const held = this.#wakers.map((waker) => waker.liveClones);
    if (held.some((clones) => clones !== 0)) {
      throw new Error(`wakers held after the end, per poll: ${held.join(' ')}`);
    }
  }
}
