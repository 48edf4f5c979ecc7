import { describe, expect, it } from 'vitest';
import {
  AtomicWaker,
  Context,
  Poll,
  type RawWaker,
  Waker,
  yieldByRef,
} from '../../src/core/index.ts';
import { CountingWaker } from '../../src/testing/counting-waker.ts';
import { noopWaker } from '../../src/testing/noop-waker.ts';
import { panickingContext, panickingWaker } from '../../src/testing/panicking-waker.ts';

describe('Poll', () => {
  it('makes no object for Pending and for Ready of nothing', () => {
    expect(Poll.Ready()).toBe(Poll.Ready(undefined));
    expect(Poll.Pending.isPending && !Poll.Pending.isReady).toBe(true);
    expect(Object.isFrozen(Poll.Pending)).toBe(true);
  });

  it('maps the value and leaves Pending', () => {
    expect(Poll.map(Poll.Ready(2), (n) => n + 1)).toMatchObject({ isReady: true, value: 3 });
    expect(Poll.map(Poll.Pending as Poll<number>, (n) => n + 1)).toBe(Poll.Pending);
  });

  it('keeps falsy values apart from nothing', () => {
    for (const value of [0, '', false, null]) expect(Poll.Ready(value)).toMatchObject({ value });
  });
});

describe('Waker', () => {
  it('of a RawWaker: clones, wakes and drops through the table', () => {
    const calls: string[] = [];
    const raw = (name: string): RawWaker => ({
      clone: () => (calls.push(`${name}.clone`), raw(`${name}'`)),
      wake: () => void calls.push(`${name}.wake`),
      wakeByRef: () => void calls.push(`${name}.wakeByRef`),
      drop: () => void calls.push(`${name}.drop`),
    });
    const waker = Waker.fromRaw(raw('a'));
    const copy = waker.clone();
    copy.wake();
    waker.wakeByRef();
    waker.drop();
    expect(calls).toEqual(['a.clone', "a'.wake", 'a.wakeByRef', 'a.drop']);
    expect(waker.willWake(copy)).toBe(false);
    expect(waker.willWake(waker)).toBe(true);
  });

  it('of an ArcWake: wake falls back to wakeByRef, clones wake the same', () => {
    let wakes = 0;
    const target = { wakeByRef: () => void (wakes += 1) };
    const waker = Waker.fromArcWake(target);
    waker.clone().wake();
    waker.wakeByRef();
    expect(wakes).toBe(2);
    expect(waker.willWake(Waker.fromArcWake(target))).toBe(true);
    expect(waker.willWake(Waker.noop())).toBe(false);
  });

  it('yieldByRef defers where the waker can, and wakes where it cannot', () => {
    const counting = new CountingWaker();
    yieldByRef(counting, 'budget');
    expect(counting).toMatchObject({ wakes: 0, yields: ['budget'] });
    let wakes = 0;
    yieldByRef(Waker.fromArcWake({ wakeByRef: () => void (wakes += 1) }), 'yield');
    expect(wakes).toBe(1);
  });
});

describe('AtomicWaker', () => {
  it('wakes the latest task once, and lets go of the one it replaced', () => {
    const slot = new AtomicWaker();
    const first = new CountingWaker();
    const second = new CountingWaker();
    slot.register(first);
    slot.register(second);
    expect(first).toMatchObject({ wakes: 0, liveClones: 0 });
    slot.wake();
    slot.wake();
    expect(second).toMatchObject({ wakes: 1, liveClones: 0 });
    expect(slot.isRegistered).toBe(false);
  });

  it('does not clone again for the task that it has', () => {
    const slot = new AtomicWaker();
    const waker = new CountingWaker();
    for (let i = 0; i < 5; i++) slot.register(waker);
    expect(waker.clones).toBe(1);
    slot.clear();
    expect(waker).toMatchObject({ wakes: 0, liveClones: 0 });
  });

  it('hands the waker over unwoken', () => {
    const slot = new AtomicWaker();
    const waker = new CountingWaker();
    slot.register(waker);
    expect(slot.take()).toBe(waker);
    slot.wake();
    expect(waker.wakes).toBe(0);
  });

  it('may be registered again from inside the wake', () => {
    const slot = new AtomicWaker();
    const again = new CountingWaker();
    slot.register(Waker.fromArcWake({ wakeByRef: () => slot.register(again) }));
    slot.wake();
    slot.wake();
    expect(again.wakes).toBe(1);
  });
});

describe('test doubles', () => {
  it('the panicking waker throws at every use but drop', () => {
    const waker = panickingWaker();
    expect(() => waker.clone()).toThrow('must not be used');
    expect(() => waker.wake()).toThrow('must not be used');
    expect(() => waker.wakeByRef()).toThrow('must not be used');
    expect(() => yieldByRef(panickingContext().waker, 'yield')).toThrow('must not be used');
    waker.drop();
  });

  it('the noop waker can be used from anywhere', () => {
    const { waker } = new Context(noopWaker());
    waker.clone().wake();
    waker.wakeByRef();
    waker.drop();
    expect(waker.willWake(Waker.noop())).toBe(true);
  });

  it('the counting waker tells clones that were kept', () => {
    const waker = new CountingWaker();
    const kept = waker.clone();
    waker.clone().wake();
    expect(waker.liveClones).toBe(1);
    kept.drop();
    expect(waker).toMatchObject({ liveClones: 0, wakes: 1, clones: 2, drops: 2 });
    expect(waker.take()).toBe(1);
    expect(waker.take()).toBe(0);
  });
});
