import type { Context } from '../context.ts';
import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { noteProgress, ProgressCell } from '../progress.ts';

/** The outputs of a tuple or array of futures. */
export type Outputs<F extends readonly Future<unknown>[]> = {
  -readonly [K in keyof F]: F[K] extends Future<infer T> ? T : never;
};

/** The type of {@link join}: port of `tokio::join!` and, as errors are thrown, `try_join!`. */
export class Join<F extends readonly Future<unknown>[]> implements Future<Outputs<F>> {
  /** A child's place is null once it was Ready. */
  private readonly children: (Future<unknown> | null)[];
  private readonly values: unknown[];
  private left: number;
  private first = 0;
  private isDone = false;

  constructor(futures: F) {
    this.children = [...futures];
    this.values = new Array<unknown>(futures.length).fill(undefined);
    this.left = futures.length;
  }

  poll(cx: Context): Poll<Outputs<F>> {
    if (this.isDone) polledAfterReady(this);
    const { length } = this.children;
    // Each poll starts with another child, so that none always finds the budget spent.
    for (let step = 0; step < length; step++) this.pollChild((this.first + step) % length, cx);
    if (this.left === 0) {
      this.isDone = true;
      return Poll.Ready(this.values as Outputs<F>);
    }
    this.first = (this.first + 1) % length;
    return Poll.Pending;
  }

  drop(): void {
    this.isDone = true;
    for (let index = 0; index < this.children.length; index++) {
      const child = this.children[index];
      this.children[index] = null;
      child?.drop?.();
    }
  }

  private pollChild(index: number, cx: Context): void {
    const child = this.children[index];
    if (child === null || child === undefined) return;
    this.children[index] = null;
    let poll: Poll<unknown>;
    try {
      poll = child.poll(cx);
    } catch (error) {
      this.drop();
      throw error;
    }
    if (poll.isPending) {
      this.children[index] = child;
      return;
    }
    this.values[index] = poll.value;
    this.left -= 1;
    // The last one's completion is the join's own, and whoever polls it judges that.
    if (this.left > 0) noteProgress(ProgressCell.COMPLETIONS, 1);
  }
}

/**
 * Polls all at once and is Ready with all their values, in their order, when the last one
 * is. The first error is thrown at once, and the others are dropped.
 */
export function join<const F extends readonly Future<unknown>[]>(futures: F): Join<F> {
  return new Join(futures);
}
