import type { Context } from '../context.ts';
import { END, type Next, type Stream } from '../future.ts';
import { Poll } from '../poll.ts';

const READY_END = Poll.Ready(END);

/** The type of {@link fuseStream}: port of `futures::stream::Fuse`. */
export class FuseStream<T> implements Stream<T> {
  private readonly inner: Stream<T>;
  private hasEnded = false;

  constructor(inner: Stream<T>) {
    this.inner = inner;
  }

  /** True once the end was seen. */
  get isTerminated(): boolean {
    return this.hasEnded;
  }

  pollNext(cx: Context): Poll<Next<T>> {
    if (this.hasEnded) return READY_END;
    const poll = this.inner.pollNext(cx);
    if (poll.isReady && poll.value.done) this.hasEnded = true;
    return poll;
  }

  drop(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.inner.drop?.();
  }
}

/** Answers the end for ever once `stream` has ended, without polling it: `StreamExt::fuse`. */
export function fuseStream<T>(stream: Stream<T>): FuseStream<T> {
  return new FuseStream(stream);
}
