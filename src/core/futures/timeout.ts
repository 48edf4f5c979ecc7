import type { Context } from '../context.ts';
import { budgetRemaining, withUnlimitedBudget } from '../coop.ts';
import { CoreError } from '../error.ts';
import type { Future } from '../future.ts';
import type { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { Sleep } from './sleep.ts';

/** The time was up first: port of `tokio::time::error::Elapsed`. */
export class ElapsedError extends CoreError {
  readonly durationMs: number;
  constructor(durationMs: number) {
    super('ELAPSED', `deadline of ${durationMs} ms has elapsed`);
    this.durationMs = durationMs;
  }
}

/** The type of {@link timeout}: port of `tokio::time::Timeout`. */
export class Timeout<T> implements Future<T> {
  private readonly inner: Future<T>;
  private readonly delay: Sleep;
  private isDone = false;

  constructor(inner: Future<T>, delay: Sleep) {
    this.inner = inner;
    this.delay = delay;
  }

  poll(cx: Context): Poll<T> {
    if (this.isDone) polledAfterReady(this);
    this.isDone = true;
    const hadBudget = budgetRemaining() > 0;
    const poll = this.pollInner(cx);
    if (poll.isReady) {
      this.delay.drop();
      return poll;
    }
    // A future that eats the whole budget in each poll must not hide its deadline.
    const isEaten = hadBudget && budgetRemaining() <= 0;
    const delay = isEaten ? withUnlimitedBudget(() => this.delay.poll(cx)) : this.delay.poll(cx);
    if (delay.isReady) {
      this.inner.drop?.();
      throw new ElapsedError(this.delay.durationMs);
    }
    this.isDone = false;
    return poll;
  }

  drop(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.inner.drop?.();
    this.delay.drop();
  }

  private pollInner(cx: Context): Poll<T> {
    try {
      return this.inner.poll(cx);
    } catch (error) {
      this.delay.drop();
      throw error;
    }
  }
}

/**
 * Gives `future` so many milliseconds: port of `tokio::time::timeout`. Past them it is
 * dropped and {@link ElapsedError} thrown. The future is polled first: one that is Ready
 * in the same poll wins.
 */
export function timeout<T>(future: Future<T>, durationMs: number): Timeout<T> {
  return new Timeout(future, new Sleep(durationMs));
}
