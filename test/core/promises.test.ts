import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  type Context,
  END,
  type Future,
  fromAsyncIterable,
  fromPromise,
  mpsc,
  next,
  Poll,
  ProgressCell,
  pending,
  pollFn,
  progressCells,
  ready,
  type Stream,
  sleep,
  toAsyncIterable,
  toPromise,
  yieldNow,
} from '../../src/core/index.ts';
import { noopContext } from '../../src/testing/noop-waker.ts';
import { LawWatch } from './law-watch.ts';
import { modes } from './modes.ts';

describe.each(modes)('promises, $name', (mode) => {
  it('there and back', async () => {
    expect(await toPromise(mode.future(fromPromise(Promise.resolve(5))))).toBe(5);
    expect(await toPromise(mode.future(fromPromise(async () => 6)))).toBe(6);
    expect(await toPromise(mode.future(ready('x')))).toBe('x');
  });

  it('a rejection is thrown, an error rejects', async () => {
    const failing = fromPromise(() => Promise.reject(new Error('no')));
    await expect(toPromise(mode.future(failing))).rejects.toThrow('no');
    const throwing = fromPromise<void>(() => {
      throw new Error('at once');
    });
    await expect(toPromise(mode.future(throwing))).rejects.toThrow('at once');
  });

  it('items of an async iterable, there and back', async () => {
    async function* count() {
      yield 1;
      await turn();
      yield 2;
    }
    const items: number[] = [];
    for await (const item of toAsyncIterable(mode.stream(fromAsyncIterable(count()))))
      items.push(item);
    expect(items).toEqual([1, 2]);
  });
});

describe('fromPromise', () => {
  it('is lazy, and aborts its signal when dropped', () => {
    let signal: AbortSignal | null = null;
    const future = fromPromise((given) => {
      signal = given;
      return new Promise(() => {});
    });
    expect(signal).toBeNull();
    const watch = new LawWatch(future);
    watch.poll();
    expect(signal!.aborted).toBe(false);
    watch.drop();
    expect(signal!.aborted).toBe(true);
    expect(signal!.reason).toMatchObject({ code: 'DROPPED' });
  });

  it('does not abort what has settled, nor start what was never polled', async () => {
    let started = 0;
    fromPromise(async () => {
      started += 1;
    }).drop();
    expect(started).toBe(0);
    let signal: AbortSignal | null = null;
    const future = fromPromise(async (given) => {
      signal = given;
    });
    future.poll(noopContext());
    await turn();
    future.drop();
    expect(signal!.aborted).toBe(false);
  });

  it('a rejection after the drop bothers nobody', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const future = fromPromise(
      (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    );
    future.poll(noopContext());
    future.drop();
    await turn();
    await turn();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('wakes the latest waker when it settles; counts one completion', async () => {
    const watch = new LawWatch(fromPromise(Promise.resolve(1)));
    expect(watch.poll().isPending).toBe(true);
    watch.poll();
    await turn();
    const before = progressCells[ProgressCell.COMPLETIONS]!;
    expect(watch.poll()).toMatchObject({ value: 1 });
    expect(progressCells[ProgressCell.COMPLETIONS]! - before).toBe(1);
  });
});

describe('toPromise', () => {
  it('a future that wakes itself for ever starves nobody', async () => {
    let polls = 0;
    const restless = pollFn<never>((cx) => {
      polls += 1;
      cx.waker.wakeByRef();
      return Poll.Pending;
    });
    const abort = new AbortController();
    const promise = toPromise(restless, { signal: abort.signal });
    await toPromise(sleep(5));
    expect(polls).toBeGreaterThan(1);
    abort.abort(new Error('enough'));
    await expect(promise).rejects.toThrow('enough');
    const after = polls;
    await turn();
    expect(polls).toBe(after);
  });

  it('an abort drops the future, once', async () => {
    let drops = 0;
    const future: Future<never> = { poll: () => Poll.Pending, drop: () => void (drops += 1) };
    const abort = new AbortController();
    const promise = toPromise(future, { signal: abort.signal });
    await turn();
    abort.abort();
    abort.abort();
    await expect(promise).rejects.toMatchObject({ name: 'AbortError' });
    expect(drops).toBe(1);
    await expect(toPromise(pending(), { signal: abort.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('polls later, and never inside another poll', async () => {
    let isInside = false;
    let inner: Promise<void> = Promise.resolve();
    let polledInside = true;
    const outer = pollFn(() => {
      isInside = true;
      inner = toPromise(
        pollFn(() => {
          polledInside = isInside;
          return Poll.Ready();
        }),
      );
      isInside = false;
      return Poll.Ready();
    });
    await toPromise(outer);
    await inner;
    expect(polledInside).toBe(false);
  });

  it('yields and late wakes are fine', async () => {
    let kept: Context | null = null;
    await toPromise(
      pollFn((cx) => {
        kept = cx;
        return Poll.Ready();
      }),
    );
    kept!.waker.wake();
    kept!.waker.clone().wakeByRef();
    expect(await toPromise(yieldNow())).toBeUndefined();
  });
});

describe('async iterables', () => {
  it('a stream that is dropped runs the generator to its finally', async () => {
    const left: string[] = [];
    async function* endless() {
      try {
        for (;;) yield 1;
      } finally {
        left.push('finally');
      }
    }
    const stream = fromAsyncIterable(endless());
    expect(await toPromise(next(stream))).toEqual({ done: false, value: 1 });
    stream.drop();
    stream.drop();
    await turn();
    expect(left).toEqual(['finally']);
    expect(await toPromise(next(stream))).toEqual(END);
  });

  it('an iterator that rejects throws once, and has ended', async () => {
    const failing = { next: () => Promise.reject(new Error('no')) };
    const stream = fromAsyncIterable<number>({ [Symbol.asyncIterator]: () => failing });
    await expect(toPromise(next(stream))).rejects.toThrow('no');
    expect(await toPromise(next(stream))).toEqual(END);
  });

  it('leaving a loop early drops the stream; ending it does not', async () => {
    let drops = 0;
    let left = 3;
    const stream: Stream<number> = {
      pollNext: () => (left-- > 0 ? Poll.Ready({ done: false, value: left }) : Poll.Ready(END)),
      drop: () => void (drops += 1),
    };
    for await (const item of toAsyncIterable(stream)) if (item === 2) break;
    expect(drops).toBe(1);
    for await (const item of toAsyncIterable(stream)) expect(item).toBeLessThan(2);
    expect(drops).toBe(1);
  });

  it('a channel can be read with for await', async () => {
    const [sender, receiver] = mpsc.channel<number>(1);
    const items: number[] = [];
    const reading = (async () => {
      for await (const item of toAsyncIterable(receiver)) items.push(item);
    })();
    for (const item of [1, 2, 3]) await toPromise(sender.send(item));
    sender.drop();
    await reading;
    expect(items).toEqual([1, 2, 3]);
  });
});
