import { describe, expect, it } from 'vitest';
import {
  byRef,
  Fuse,
  type Future,
  fuse,
  fuseStream,
  join,
  map,
  next,
  Poll,
  pending,
  pollFn,
  ready,
  type Stream,
  select,
  yieldNow,
} from '../../src/core/index.ts';
import { CountingWaker } from '../../src/testing/counting-waker.ts';
import { noopContext } from '../../src/testing/noop-waker.ts';
import { modes } from './modes.ts';
import { blockOn, PollDriver } from './poll-driver.ts';

/** A future that a test can see being polled and dropped. */
class Probe implements Future<string> {
  polls = 0;
  drops = 0;
  readonly #result: string | Error | null;
  constructor(result: string | Error | null) {
    this.#result = result;
  }
  poll(): Poll<string> {
    this.polls += 1;
    if (this.#result === null) return Poll.Pending;
    if (this.#result instanceof Error) throw this.#result;
    return Poll.Ready(this.#result);
  }
  drop(): void {
    this.drops += 1;
  }
}

/** Ready with `value` at poll number `after + 1`; wakes itself meanwhile. */
function afterPolls<T>(after: number, value: T): Future<T> {
  let polls = 0;
  return pollFn((cx) => {
    polls += 1;
    if (polls > after) return Poll.Ready(value);
    cx.waker.wakeByRef();
    return Poll.Pending;
  }, 'afterPolls');
}

describe.each(modes)('combinators, $name', (mode) => {
  it('ready, map', () => {
    expect(blockOn(mode.future(map(mode.future(ready(20)), (n) => n + 1)))).toBe(21);
    expect(blockOn(mode.future(ready()))).toBeUndefined();
  });

  it('pollFn polls until Ready and hands the context through', () => {
    expect(blockOn(mode.future(afterPolls(3, 'x')))).toBe('x');
    expect(
      pollFn(function named() {
        return Poll.Ready();
      }).name,
    ).toBe('named');
    expect(pollFn(() => Poll.Ready(), 'given').name).toBe('given');
  });

  it('pending is never Ready and never woken', () => {
    const driver = new PollDriver();
    const task = driver.spawn(mode.future(pending()));
    driver.runUntilStalled();
    expect(task.isPending).toBe(true);
    expect(task.polls).toBe(mode.isPlain ? 1 : 2);
  });

  it('join answers all values in order, whoever is first', () => {
    const joined = join([
      mode.future(afterPolls(3, 'a')),
      mode.future(ready(1)),
      mode.future(afterPolls(1, true)),
    ]);
    const values: [string, number, boolean] = blockOn(mode.future(joined));
    expect(values).toEqual(['a', 1, true]);
    expect(blockOn(join([]))).toEqual([]);
  });

  it('select answers the first and drops the losers', () => {
    const loser = new Probe(null);
    const selected = select([mode.future(loser), mode.future(afterPolls(2, 7))]);
    expect(blockOn(mode.future(selected))).toEqual({ index: 1, value: 7 });
    expect(loser.drops).toBe(1);
  });

  it('a lent future survives a select that it lost', () => {
    const lent = afterPolls(9, 'later');
    const first = blockOn(select([byRef(mode.future(lent)), mode.future(ready('now'))]));
    expect(first).toEqual({ index: 1, value: 'now' });
    expect(blockOn(mode.future(lent))).toBe('later');
  });

  it('yieldNow is Ready after one turn of others', () => {
    const driver = new PollDriver();
    const order: string[] = [];
    const log = (name: string, future: Future<unknown>) =>
      driver.spawn(map(future, () => order.push(name)));
    log('yields', mode.future(yieldNow()));
    log('other', ready());
    driver.runUntilStalled();
    expect(order).toEqual(['other', 'yields']);
  });

  it('next borrows the stream, fuseStream ends once and for all', () => {
    let asked = 0;
    const stream: Stream<number> = {
      pollNext() {
        asked += 1;
        return Poll.Ready(asked === 2 ? { done: true } : { done: false, value: asked });
      },
    };
    const fused = fuseStream(mode.stream(stream));
    expect(blockOn(next(fused))).toEqual({ done: false, value: 1 });
    expect(fused.isTerminated).toBe(false);
    for (let i = 0; i < 3; i++) expect(blockOn(next(fused))).toEqual({ done: true });
    expect(asked).toBe(2);
    expect(fused.isTerminated).toBe(true);
  });
});

describe('yieldNow', () => {
  it('yields on purpose: it is no wake', () => {
    const waker = new CountingWaker();
    const future = yieldNow();
    expect(future.poll(waker.context()).isPending).toBe(true);
    expect(waker).toMatchObject({ wakes: 0, yields: ['yield'] });
    expect(future.poll(waker.context()).isReady).toBe(true);
  });
});

describe('join', () => {
  it('throws the first error and drops the others, once', () => {
    const waiting = new Probe(null);
    const joined = join([waiting, new Probe(new Error('no'))]);
    expect(() => joined.poll(noopContext())).toThrow('no');
    joined.drop();
    expect(waiting.drops).toBe(1);
  });

  it('polls a child that was Ready no more, and drops only the rest', () => {
    const done = new Probe('done');
    const waiting = new Probe(null);
    const joined = join([done, waiting]);
    for (let i = 0; i < 4; i++) expect(joined.poll(noopContext()).isPending).toBe(true);
    joined.drop();
    expect([done.polls, done.drops, waiting.polls, waiting.drops]).toEqual([1, 0, 4, 1]);
  });

  it('begins each poll with another child', () => {
    const order: number[] = [];
    const child = (index: number) =>
      pollFn<void>(() => {
        order.push(index);
        return Poll.Pending;
      });
    const joined = join([child(0), child(1), child(2)]);
    for (let i = 0; i < 3; i++) joined.poll(noopContext());
    expect(order).toEqual([0, 1, 2, 1, 2, 0, 2, 0, 1]);
  });
});

describe('select', () => {
  it('biased: always in the order given', () => {
    for (let i = 0; i < 20; i++) {
      const futures = [ready('a'), ready('b')] as const;
      expect(blockOn(select(futures, { biased: true }))).toEqual({ index: 0, value: 'a' });
    }
  });

  it('fair: every one wins its share', () => {
    const wins = [0, 0, 0];
    for (let i = 0; i < 3000; i++) wins[blockOn(select([ready(), ready(), ready()])).index]! += 1;
    for (const count of wins) expect(count).toBeGreaterThan(850);
  });

  it('an error is thrown and drops the others', () => {
    const waiting = new Probe(null);
    const selected = select([waiting, new Probe(new Error('no'))]);
    expect(() => selected.poll(noopContext())).toThrow('no');
    expect(waiting.drops).toBe(1);
  });

  it('of nothing is refused', () => {
    expect(() => select([])).toThrow(RangeError);
  });

  it('dropped while waiting drops all, once', () => {
    const probes = [new Probe(null), new Probe(null)];
    const selected = select(probes);
    selected.poll(noopContext());
    selected.drop();
    selected.drop();
    expect(probes.map((probe) => probe.drops)).toEqual([1, 1]);
  });
});

describe('fuse', () => {
  it('is Pending for ever after Ready, and says so', () => {
    const probe = new Probe('x');
    const fused = fuse(probe);
    expect(fused.isTerminated).toBe(false);
    expect(fused.poll(noopContext())).toMatchObject({ value: 'x' });
    for (let i = 0; i < 3; i++) expect(fused.poll(noopContext()).isPending).toBe(true);
    fused.drop();
    expect(probe).toMatchObject({ polls: 1, drops: 0 });
    expect(fused.isTerminated).toBe(true);
    expect(Fuse.terminated().isTerminated).toBe(true);
  });

  it('is over after an error, too', () => {
    const fused = fuse(new Probe(new Error('no')));
    expect(() => fused.poll(noopContext())).toThrow('no');
    expect(fused.poll(noopContext()).isPending).toBe(true);
  });

  it('drops what has not ended, once', () => {
    const probe = new Probe(null);
    const fused = fuse(probe);
    fused.drop();
    fused.drop();
    expect(probe.drops).toBe(1);
  });
});

describe('map', () => {
  it('drops its future unless that is over', () => {
    const waiting = new Probe(null);
    map(waiting, String).drop();
    const done = new Probe('x');
    const mapped = map(done, String);
    mapped.poll(noopContext());
    mapped.drop();
    expect([waiting.drops, done.drops]).toEqual([1, 0]);
  });
});
