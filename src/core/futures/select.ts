import type { Context } from '../context.ts';
import { pollProceed } from '../coop.ts';
import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';

/** Which future was Ready first, and with what. `index` tells the type of `value`. */
export type Selected<F extends readonly Future<unknown>[]> = {
  [K in keyof F]: F[K] extends Future<infer T>
    ? { readonly index: IndexOf<K>; readonly value: T }
    : never;
}[number];

type IndexOf<K> = K extends `${infer N extends number}` ? N : number;

export interface SelectOptions {
  /** True: always polled in the order given. False (default): each poll begins at random. */
  readonly biased?: boolean;
}

let state = 0x9e3779b9;

/** xorshift32 from a fixed seed: fair over many polls, and the same in every run. */
function randomBelow(n: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % n;
}

/** The type of {@link select}: port of `tokio::select!`. */
export class Select<F extends readonly Future<unknown>[]> implements Future<Selected<F>> {
  private readonly children: F;
  private readonly isBiased: boolean;
  private isDone = false;

  constructor(futures: F, options: SelectOptions = {}) {
    if (futures.length === 0) throw new RangeError('select of no future would never be Ready');
    this.children = futures;
    this.isBiased = options.biased ?? false;
  }

  poll(cx: Context): Poll<Selected<F>> {
    if (this.isDone) polledAfterReady(this);
    if (!pollProceed(cx)) return Poll.Pending;
    const { length } = this.children;
    const first = this.isBiased ? 0 : randomBelow(length);
    for (let step = 0; step < length; step++) {
      const index = (first + step) % length;
      const poll = this.pollChild(index, cx);
      if (poll.isPending) continue;
      this.finish(index);
      return Poll.Ready({ index, value: poll.value } as Selected<F>);
    }
    return Poll.Pending;
  }

  drop(): void {
    if (!this.isDone) this.finish(-1);
  }

  private pollChild(index: number, cx: Context): Poll<unknown> {
    try {
      return this.children[index]!.poll(cx);
    } catch (error) {
      this.finish(index);
      throw error;
    }
  }

  /** Drops all but the winner. */
  private finish(winner: number): void {
    this.isDone = true;
    for (let index = 0; index < this.children.length; index++) {
      if (index !== winner) this.children[index]!.drop?.();
    }
  }
}

/**
 * Is Ready with the first of `futures` that is; the losers are dropped. To keep a loser
 * for the next round lend it: `byRef(future)`. An error of one is thrown, and drops the others.
 *
 * Port of `tokio::select!`: fair by default, answers Pending at once when the budget is
 * spent. Difference: no patterns, preconditions or `else`.
 */
export function select<const F extends readonly Future<unknown>[]>(
  futures: F,
  options?: SelectOptions,
): Select<F> {
  return new Select(futures, options);
}
