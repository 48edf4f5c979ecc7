import type { Stream } from '../future.ts';
import { next } from '../streams/next.ts';
import { toPromise } from './to-promise.ts';

/**
 * An async iterable of a stream's items, each driven by `toPromise`. Leaving the loop early
 * drops the stream. One consumer.
 */
export async function* toAsyncIterable<T>(stream: Stream<T>): AsyncGenerator<T, void, undefined> {
  let isOver = false;
  try {
    for (;;) {
      isOver = true;
      const item = await toPromise(next(stream));
      if (item.done) return;
      isOver = false;
      yield item.value;
    }
  } finally {
    if (!isOver) stream.drop?.();
  }
}
