import type { Context } from '../context.ts';
import { type Future, typeName } from '../future.ts';
import type { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';

/** A future made of its poll function: port of `core::future::poll_fn`. */
export class PollFn<T> implements Future<T> {
  /** What it is called in statistics: the name given, else the function's own; may be empty. */
  readonly name: string;
  private readonly f: (cx: Context) => Poll<T>;
  private isDone = false;

  constructor(f: (cx: Context) => Poll<T>, name?: string) {
    this.f = f;
    this.name = name ?? f.name;
  }

  get [typeName](): string {
    return this.name;
  }

  poll(cx: Context): Poll<T> {
    if (this.isDone) polledAfterReady(this);
    // Done until it says Pending: a function that throws has completed.
    this.isDone = true;
    const poll = this.f(cx);
    this.isDone = poll.isReady;
    return poll;
  }
}

/** Port of `core::future::poll_fn`, with a name for statistics. */
export function pollFn<T>(f: (cx: Context) => Poll<T>, name?: string): PollFn<T> {
  return new PollFn(f, name);
}
