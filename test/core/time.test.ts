import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  currentTimerDriver,
  ElapsedError,
  type Future,
  MAX_NODE_DELAY_MS,
  Poll,
  pending,
  pollFn,
  pollProceed,
  madeProgress,
  ready,
  setBudget,
  sleep,
  timeout,
} from '../../src/core/index.ts';
import { CountingWaker } from '../../src/testing/counting-waker.ts';
import { LawWatch } from './law-watch.ts';
import { modes } from './modes.ts';
import { PollDriver } from './poll-driver.ts';
import { VirtualTime } from './virtual-time.ts';

describe.each(modes)('time, $name', (mode) => {
  it('a sleep is Ready at its deadline and not before', () => {
    const time = new VirtualTime();
    time.during(() => {
      const driver = new PollDriver();
      const task = driver.spawn(mode.future(sleep(100)));
      driver.runUntilStalled();
      time.advance(99);
      driver.runUntilStalled();
      expect(task.isPending).toBe(true);
      time.advance(1);
      driver.runUntilStalled();
      expect(task.isPending).toBe(false);
      expect(time.armed).toBe(0);
    });
  });

  it('a sleep counts from where it was made', () => {
    const time = new VirtualTime();
    time.during(() => {
      const made = sleep(100);
      time.advance(60);
      const driver = new PollDriver();
      const task = driver.spawn(mode.future(made));
      driver.runUntilStalled();
      time.advance(40);
      driver.runUntilStalled();
      expect(task.isPending).toBe(false);
    });
  });

  it('a timeout ends what takes too long, and drops it', () => {
    const time = new VirtualTime();
    time.during(() => {
      let drops = 0;
      const slow: Future<never> = { poll: () => Poll.Pending, drop: () => void (drops += 1) };
      const driver = new PollDriver();
      const task = driver.spawn(timeout(mode.future(slow), 50));
      driver.runUntilStalled();
      time.advance(50);
      driver.runUntilStalled();
      expect(task.error).toBeInstanceOf(ElapsedError);
      expect(task.error).toMatchObject({ code: 'ELAPSED', durationMs: 50 });
      expect(drops).toBe(1);
    });
  });

  it('a timeout takes its timer off when the future is in time', () => {
    const time = new VirtualTime();
    time.during(() => {
      const driver = new PollDriver();
      const task = driver.spawn(timeout(mode.future(sleep(10)), 50));
      driver.runUntilStalled();
      time.advance(10);
      driver.runUntilStalled();
      expect(task.isPending).toBe(false);
      expect(task.error).toBeNull();
      expect(time.armed).toBe(0);
    });
  });
});

describe('sleep', () => {
  it('whose time was up before its first poll registers nothing and wakes nobody', () => {
    const time = new VirtualTime();
    time.during(() => {
      const waker = new CountingWaker();
      expect(sleep(0).poll(waker.context()).isReady).toBe(true);
      expect(waker).toMatchObject({ clones: 0, wakes: 0 });
    });
  });

  it('made under another driver counts from its first poll', () => {
    const made = sleep(100);
    const time = new VirtualTime();
    time.advance(5000);
    time.during(() => {
      const watch = new LawWatch(made);
      watch.poll();
      time.advance(99);
      expect(watch.isWoken).toBe(false);
      time.advance(1);
      expect(watch.poll().isReady).toBe(true);
    });
  });

  it('keeps the latest waker, and lets go of it when dropped', () => {
    const time = new VirtualTime();
    time.during(() => {
      const watch = new LawWatch(sleep(100));
      for (let i = 0; i < 3; i++) watch.poll();
      watch.drop();
      expect(time.armed).toBe(0);
    });
  });

  it('refuses what is no duration', () => {
    expect(() => sleep(Number.NaN)).toThrow(RangeError);
    expect(() => sleep(-1)).toThrow(RangeError);
  });
});

describe('timeout', () => {
  it('sees its deadline though the future eats the whole budget', () => {
    const time = new VirtualTime();
    time.during(() => {
      const hungry = pollFn<never>((cx) => {
        while (pollProceed(cx)) madeProgress();
        return Poll.Pending;
      });
      const future = timeout(hungry, 50);
      const waker = new CountingWaker();
      const pollOnce = () => {
        const before = setBudget(128);
        try {
          return future.poll(waker.context());
        } finally {
          setBudget(before);
        }
      };
      expect(pollOnce().isPending).toBe(true);
      time.advance(50);
      expect(pollOnce).toThrow(ElapsedError);
    });
  });

  it('lets an error through and takes its timer off', () => {
    const time = new VirtualTime();
    time.during(() => {
      let polls = 0;
      const failing = pollFn<never>(() => {
        polls += 1;
        if (polls === 2) throw new Error('inner');
        return Poll.Pending;
      });
      const watch = new LawWatch(timeout(failing, 50));
      watch.poll();
      expect(time.armed).toBe(1);
      time.advance(0);
      expect(() => watch.poll()).toThrow('lost wake');
      expect(watch.outcome).toMatchObject({ error: { message: 'inner' } });
      expect(time.armed).toBe(0);
    });
  });

  it('dropped, drops its future and its timer', () => {
    const time = new VirtualTime();
    time.during(() => {
      const watch = new LawWatch(timeout(pending(), 50));
      watch.poll();
      watch.drop();
      expect(time.armed).toBe(0);
    });
  });

  it('of 0 ms still gives the future its one poll', () => {
    new VirtualTime().during(() => {
      expect(timeout(ready('x'), 0).poll(new CountingWaker().context())).toMatchObject({
        value: 'x',
      });
    });
  });
});

describe('the driver of Node timers', () => {
  beforeEach(
    () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }),
  );
  afterEach(() => void vi.useRealTimers());

  it('waits past 2^31-1 ms', () => {
    const watch = new LawWatch(sleep(MAX_NODE_DELAY_MS + 1000));
    watch.poll();
    vi.advanceTimersByTime(MAX_NODE_DELAY_MS);
    expect(watch.isWoken).toBe(false);
    vi.advanceTimersByTime(999);
    expect(watch.isWoken).toBe(false);
    vi.advanceTimersByTime(1);
    expect(watch.isWoken).toBe(true);
    expect(watch.poll().isReady).toBe(true);
  });

  it('never fires before the clock says so', () => {
    const watch = new LawWatch(sleep(10.4));
    watch.poll();
    vi.advanceTimersByTime(10);
    expect(watch.isWoken).toBe(false);
    vi.advanceTimersByTime(1);
    expect(watch.poll().isReady).toBe(true);
  });

  it('holds no Node timer for one that never ends or was dropped', () => {
    const endless = new LawWatch(sleep(Number.POSITIVE_INFINITY));
    endless.poll();
    const dropped = new LawWatch(sleep(1000));
    dropped.poll();
    expect(vi.getTimerCount()).toBe(1);
    dropped.drop();
    endless.drop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is the current one unless an executor has put another', () => {
    const before = currentTimerDriver();
    const time = new VirtualTime();
    time.during(() => expect(currentTimerDriver()).toBe(time));
    expect(currentTimerDriver()).toBe(before);
  });
});
