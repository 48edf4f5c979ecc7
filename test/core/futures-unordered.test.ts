import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AtomicWaker,
  type Context,
  type Future,
  FuturesUnordered,
  next,
  Poll,
  pollFn,
  ready,
  yieldNow,
} from '../../src/core/index.ts';
import { CountingWaker } from '../../src/testing/counting-waker.ts';
import { noopContext } from '../../src/testing/noop-waker.ts';
import { modes } from './modes.ts';
import { blockOn, PollDriver } from './poll-driver.ts';

/** A future that a test completes from outside. */
class Gate<T> implements Future<T> {
  polls = 0;
  drops = 0;
  readonly #waker = new AtomicWaker();
  #value: { value: T } | null = null;

  open(value: T): void {
    this.#value = { value };
    this.#waker.wake();
  }
  /** Wakes without being Ready. */
  nudge(): void {
    this.#waker.wake();
  }
  poll(cx: Context): Poll<T> {
    this.polls += 1;
    if (this.#value !== null) return Poll.Ready(this.#value.value);
    this.#waker.register(cx.waker);
    return Poll.Pending;
  }
  drop(): void {
    this.drops += 1;
    this.#waker.clear();
  }
}

function collect<T>(set: FuturesUnordered<T>, into: T[]): Future<void> {
  return pollFn((cx) => {
    for (;;) {
      const poll = set.pollNext(cx);
      if (poll.isPending) return poll;
      if (poll.value.done) return Poll.Ready();
      into.push(poll.value.value);
    }
  }, 'collect');
}

describe.each(modes)('FuturesUnordered, $name', (mode) => {
  it('yields values in the order of completion, then ends', () => {
    const gates = ['a', 'b', 'c'].map(() => new Gate<string>());
    const set = FuturesUnordered.from(gates.map((gate) => mode.future(gate)));
    const driver = new PollDriver();
    const values: string[] = [];
    const task = driver.spawn(collect(set, values));
    driver.runUntilStalled();
    for (const [index, name] of [
      [2, 'c'],
      [0, 'a'],
      [1, 'b'],
    ] as const) {
      gates[index]!.open(name);
      driver.runUntilStalled();
    }
    expect(values).toEqual(['c', 'a', 'b']);
    expect(task.isPending).toBe(false);
    expect(set.isEmpty).toBe(true);
  });

  it('ends at once when empty, and takes futures after its end', () => {
    const set = new FuturesUnordered<number>();
    expect(blockOn(next(set))).toEqual({ done: true });
    set.push(mode.future(ready(1)));
    expect(set.length).toBe(1);
    expect(blockOn(next(set))).toEqual({ done: false, value: 1 });
    expect(blockOn(next(set))).toEqual({ done: true });
  });

  it('a child that throws is gone, and the others go on', () => {
    const set = new FuturesUnordered<number>();
    set.push(
      mode.future(
        pollFn(() => {
          throw new Error('child');
        }),
      ),
    );
    set.push(mode.future(ready(2)));
    expect(() => blockOn(next(set))).toThrow('child');
    expect(blockOn(next(set))).toEqual({ done: false, value: 2 });
    expect(set.isEmpty).toBe(true);
  });
});

describe('FuturesUnordered', () => {
  it('polls only the children that were woken', () => {
    const gates = Array.from({ length: 100 }, () => new Gate<number>());
    const set = FuturesUnordered.from(gates);
    const driver = new PollDriver();
    driver.spawn(collect(set, []));
    driver.runUntilStalled();
    gates[42]!.nudge();
    driver.runUntilStalled();
    expect(gates.map((gate) => gate.polls).filter((polls) => polls > 1)).toEqual([2]);
    expect(gates[42]!.polls).toBe(2);
  });

  it('gives way by a yield once every child was polled: two polls for each wake', () => {
    const gate = new Gate<number>();
    const driver = new PollDriver();
    const task = driver.spawn(collect(FuturesUnordered.from([gate]), []));
    driver.runUntilStalled();
    const { polls, yields } = task;
    for (let i = 0; i < 10; i++) {
      gate.nudge();
      driver.runUntilStalled();
    }
    expect([task.polls - polls, task.yields - yields]).toEqual([20, 10]);
    expect(task.selfWakes).toBe(0);
  });

  it('gives way after two children that re-armed themselves', () => {
    const restless = () =>
      pollFn<void>((cx) => {
        cx.waker.wakeByRef();
        return Poll.Pending;
      });
    const set = FuturesUnordered.from([restless(), restless(), new Gate<void>(), new Gate<void>()]);
    const waker = new CountingWaker();
    expect(set.pollNext(waker.context()).isPending).toBe(true);
    expect(waker.wakes).toBe(1);
    expect(waker.yields).toEqual(['yield']);
  });

  it("passes a child's yield on as a yield", () => {
    const set = FuturesUnordered.from([yieldNow(), new Gate<void>()]);
    const waker = new CountingWaker();
    set.pollNext(waker.context());
    expect(waker.wakes).toBe(0);
    expect(waker.yields).toEqual(['yield', 'yield']);
  });

  it('ignores wakes of children that are over, and holds no waker after the end', () => {
    const gate = new Gate<number>();
    const set = FuturesUnordered.from([gate]);
    const waker = new CountingWaker();
    set.pollNext(waker.context());
    gate.open(1);
    expect(set.pollNext(waker.context()).isReady).toBe(true);
    waker.take();
    gate.nudge();
    expect(waker.take()).toBe(0);
    set.drop();
    expect(waker.liveClones).toBe(0);
  });

  it('drops what is left, once, and only that', () => {
    const gates = [new Gate<number>(), new Gate<number>()];
    const set = FuturesUnordered.from(gates);
    set.pollNext(noopContext());
    gates[0]!.open(1);
    set.pollNext(noopContext());
    set.drop();
    set.drop();
    expect(gates.map((gate) => gate.drops)).toEqual([0, 1]);
    expect(set.pollNext(noopContext())).toMatchObject({ value: { done: true } });
  });

  it('property: every child is yielded once, whatever the order of pushes, wakes and polls', () => {
    const command = fc.oneof(
      fc.constant({ do: 'push' as const }),
      fc.record({ do: fc.constant('open' as const), index: fc.nat(30) }),
      fc.record({ do: fc.constant('nudge' as const), index: fc.nat(30) }),
      fc.constant({ do: 'poll' as const }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const set = new FuturesUnordered<number>();
        const gates: Gate<number>[] = [];
        const opened = new Set<number>();
        const seen: number[] = [];
        const waker = new CountingWaker();
        const poll = () => {
          const answer = set.pollNext(waker.context());
          if (answer.isReady && !answer.value.done) seen.push(answer.value.value);
          return answer;
        };
        for (const step of commands) {
          if (step.do === 'push') set.push(gates[gates.push(new Gate<number>()) - 1]!);
          if (step.do === 'poll') poll();
          if (step.do === 'nudge') gates[step.index]?.nudge();
          if (step.do === 'open' && gates[step.index] !== undefined && !opened.has(step.index)) {
            opened.add(step.index);
            gates[step.index]!.open(step.index);
          }
        }
        // From here on polled by the rules: only when Ready or woken.
        let answer = poll();
        while ((answer.isReady && !answer.value.done) || waker.take() > 0) answer = poll();
        expect(seen.toSorted((a, b) => a - b)).toEqual([...opened].toSorted((a, b) => a - b));
        expect(set.length).toBe(gates.length - opened.size);
        set.drop();
        expect(waker.liveClones).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
