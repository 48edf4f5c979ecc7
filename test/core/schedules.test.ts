/**
 * Every sequence of wake, poll, abort and drop on models that are small enough: what the
 * properties sample elsewhere, whole. `LawWatch` and the models say what must be.
 */
import { describe, expect, it } from 'vitest';
import {
  AtomicWaker,
  type Future,
  mpsc,
  type Next,
  Notify,
  oneshot,
  Poll,
  pollFn,
  Semaphore,
} from '../../src/core/index.ts';
import { CountingWaker } from '../../src/testing/counting-waker.ts';
import { exploreAllSchedules } from '../executor/all-schedules.ts';
import { LawWatch } from './law-watch.ts';
import { NotifyModel } from './notify-model.ts';
import { PollDriver } from './poll-driver.ts';

interface World {
  /** What can happen next; all of it may happen at any time, and again. */
  steps: (() => void)[];
  /** What must hold at the end. */
  end(): void;
}

/** Plays every sequence of `length` steps, each in a world of its own; answers how many. */
function playAll(length: number, begin: () => World): number {
  return exploreAllSchedules((chooser) => {
    const { steps, end } = begin();
    for (let i = 0; i < length; i += 1) steps[chooser.choose(steps.length)]!();
    end();
  });
}

/** `expect` is too slow for tens of thousands of worlds. */
function must(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(what);
}

describe('every sequence of steps', () => {
  it('AtomicWaker wakes who registered last, once, and keeps nobody else', () => {
    const played = playAll(6, () => {
      const slot = new AtomicWaker();
      const wakers = [new CountingWaker(), new CountingWaker()] as const;
      const wakes = [0, 0];
      let registered: 0 | 1 | null = null;
      const register = (who: 0 | 1) => () => {
        slot.register(wakers[who]);
        registered = who;
      };
      return {
        steps: [
          register(0),
          register(1),
          () => {
            slot.wake();
            if (registered !== null) wakes[registered]! += 1;
            registered = null;
          },
          () => {
            slot.clear();
            registered = null;
          },
          () => {
            slot.take()?.wake();
            if (registered !== null) wakes[registered]! += 1;
            registered = null;
          },
        ],
        end() {
          for (const [who, waker] of wakers.entries()) {
            must(waker.wakes === wakes[who], `waker ${who} was woken ${waker.wakes} times`);
            must(waker.liveClones === (registered === who ? 1 : 0), `clones of waker ${who}`);
          }
        },
      };
    });
    expect(played).toBe(5 ** 6);
  });

  it('oneshot hands its value over once, or says that there will be none', () => {
    const played = playAll(6, () => {
      const [sender, receiver] = oneshot.channel<string>();
      const received = new LawWatch(receiver);
      const closed = new LawWatch(sender.closed());
      let state: 'open' | 'sent' | 'sender gone' | 'receiver gone' = 'open';
      const become = (next: typeof state): void => {
        if (state === 'open') state = next;
      };
      return {
        steps: [
          () => {
            must(sender.send('value') === (state === 'open'), 'send answers whether it was taken');
            become('sent');
          },
          () => {
            sender.drop();
            become('sender gone');
          },
          () => {
            const isOver = received.isOver;
            must(received.poll().isReady === (state !== 'open' && !isOver), `received: ${state}`);
          },
          () => {
            received.drop();
            become('receiver gone');
          },
          () => {
            const isOver = closed.isOver;
            must(closed.poll().isReady === (state === 'receiver gone' && !isOver), 'closed');
          },
        ],
        end() {
          const { outcome } = received;
          if (outcome === null) return;
          const shouldBe = state === 'sent' ? 'value' : 'error';
          must(shouldBe in outcome, `${state}, but received ${JSON.stringify(outcome)}`);
        },
      };
    });
    expect(played).toBe(5 ** 6);
  });

  it('Notify wakes as a line and one permit do', () => {
    const played = playAll(6, () => {
      const notify = new Notify();
      const model = new NotifyModel();
      const waiters = [0, 1].map((index) => {
        model.make(index);
        return new LawWatch(notify.notified());
      });
      const waiterSteps = waiters.flatMap((waiter, index) => [
        () => {
          if (waiter.isOver) return;
          must(waiter.poll().isReady === model.poll(index), `poll of waiter ${index}`);
        },
        () => {
          if (waiter.isOver) return;
          waiter.drop();
          model.drop(index);
        },
      ]);
      return {
        steps: [
          ...waiterSteps,
          () => {
            notify.notifyOne();
            model.one();
          },
          () => {
            notify.notifyWaiters();
            model.all();
          },
        ],
        end: () => waiters.forEach((waiter) => waiter.drop()),
      };
    });
    expect(played).toBe(6 ** 6);
  });

  it('Semaphore loses no permit and lends none twice', () => {
    const played = playAll(6, () => {
      const semaphore = new Semaphore(1);
      const acquires = [0, 1, 2].map(() => new LawWatch(semaphore.acquire()));
      let held = 0;
      return {
        steps: [
          ...acquires.flatMap((acquire) => [
            () => {
              if (!acquire.isOver && acquire.poll().isReady) held += 1;
            },
            () => acquire.drop(),
          ]),
          () => {
            if (held === 0) return;
            held -= 1;
            semaphore.release();
          },
        ],
        end() {
          must(held <= 1, `${held} hold the one permit`);
          for (const acquire of acquires) acquire.drop();
          semaphore.release(held);
          must(
            semaphore.availablePermits === 1,
            `${semaphore.availablePermits} permits at the end`,
          );
        },
      };
    });
    expect(played).toBe(7 ** 6);
  });

  it('mpsc loses no wake, keeps no waker, and gives every place back', () => {
    const played = playAll(5, () => {
      const [sender, receiver] = mpsc.channel<number>(1);
      const sends = [0, 1].map((value) => new LawWatch(sender.send(value)));
      const received: number[] = [];
      let recv: LawWatch<Next<number>> | null = null;
      return {
        steps: [
          ...sends.flatMap((send) => [() => void send.poll(), () => send.drop()]),
          () => {
            recv ??= new LawWatch(receiver.recv());
            const poll = recv.poll();
            if (!poll.isReady) return;
            if (poll.value?.done === false) received.push(poll.value.value);
            recv = null;
          },
          () => receiver.close(),
          () => {
            receiver.drop();
            recv?.checkReleased();
            recv = null;
          },
          () => sender.drop(),
        ],
        end() {
          for (const send of sends) send.drop();
          receiver.drop();
          must(sender.capacity === 1, `capacity at the end: ${sender.capacity}`);
          must(new Set(received).size === received.length, `received ${received.join(' ')}`);
        },
      };
    });
    expect(played).toBe(8 ** 5);
  });
});

/** Sends `values` one after the other, then lets go of the sender. */
function feed(sender: mpsc.Sender<number>, values: readonly number[]): Future<void> {
  let sent = 0;
  let sending: Future<void> | null = null;
  const poll = pollFn((cx) => {
    while (sent < values.length) {
      sending ??= sender.send(values[sent]!);
      if (sending.poll(cx).isPending) return Poll.Pending;
      sending = null;
      sent += 1;
    }
    sender.drop();
    return Poll.Ready();
  });
  return {
    poll: (cx) => poll.poll(cx),
    drop: () => {
      sending?.drop?.();
      sender.drop();
    },
  };
}

describe('every order in which the woken are polled, with one of them given up at any time', () => {
  it('mpsc: the receiver ends, with the values of each sender in order', () => {
    const schedules = exploreAllSchedules((chooser) => {
      const driver = new PollDriver((woken) => chooser.choose(woken));
      const [sender, receiver] = mpsc.channel<number>(1);
      const first = driver.spawn(feed(sender.clone(), [10, 11]));
      driver.spawn(feed(sender, [20, 21]));
      const received: number[] = [];
      const drained = driver.spawn(
        pollFn((cx) => {
          for (;;) {
            const poll = receiver.pollRecv(cx);
            if (poll.isPending) return Poll.Pending;
            if (poll.value.done === true) return Poll.Ready();
            received.push(poll.value.value);
          }
        }),
      );
      let stepsUntilAbort = chooser.choose(8);
      do {
        if (stepsUntilAbort-- === 0) first.abort();
      } while (driver.step());
      must(!drained.isPending, `stalled with ${received.join(' ')}`);
      must(received.filter((n) => n >= 20).join() === '20,21', `received ${received.join(' ')}`);
      const ofFirst = received.filter((n) => n < 20).join();
      must('10,11'.startsWith(ofFirst), `received ${received.join(' ')}`);
      must(first.outcome === 'aborted' || ofFirst === '10,11', `lost one: ${received.join(' ')}`);
    });
    expect(schedules).toBeGreaterThan(100);
  });

  it('Semaphore: whoever is given up passes its turn on', () => {
    const schedules = exploreAllSchedules((chooser) => {
      const driver = new PollDriver((woken) => chooser.choose(woken));
      const semaphore = new Semaphore(1);
      const holdForOnePoll = (): Future<void> => {
        const acquire = semaphore.acquire();
        let isHeld = false;
        return {
          poll(cx) {
            if (isHeld) {
              semaphore.release();
              isHeld = false;
              return Poll.Ready();
            }
            if (acquire.poll(cx).isPending) return Poll.Pending;
            isHeld = true;
            cx.waker.wakeByRef();
            return Poll.Pending;
          },
          drop() {
            acquire.drop();
            if (isHeld) semaphore.release();
          },
        };
      };
      const tasks = [0, 1, 2].map(() => driver.spawn(holdForOnePoll()));
      const victim = tasks[chooser.choose(tasks.length)]!;
      let stepsUntilAbort = chooser.choose(8);
      do {
        if (stepsUntilAbort-- === 0) victim.abort();
      } while (driver.step());
      must(!tasks.some((task) => task.isPending), 'somebody waits for ever');
      must(semaphore.availablePermits === 1, `${semaphore.availablePermits} permits at the end`);
    });
    expect(schedules).toBeGreaterThan(100);
  });
});
