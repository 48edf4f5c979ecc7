import type { Context } from '../context.ts';
import type { Future, Next, Stream } from '../future.ts';
import type { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';

/** The type of {@link next}: port of `futures::stream::Next`. */
export class NextItem<T> implements Future<Next<T>> {
  private readonly stream: Stream<T>;
  private isDone = false;

  constructor(stream: Stream<T>) {
    this.stream = stream;
  }

  poll(cx: Context): Poll<Next<T>> {
    if (this.isDone) polledAfterReady(this);
    this.isDone = true;
    const poll = this.stream.pollNext(cx);
    this.isDone = poll.isReady;
    return poll;
  }
}

/** The next item of a stream, which is borrowed and not dropped: port of `StreamExt::next`. */
export function next<T>(stream: Stream<T>): NextItem<T> {
  return new NextItem(stream);
}
