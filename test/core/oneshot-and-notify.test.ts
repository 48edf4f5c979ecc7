import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Notify, oneshot, ProgressCell, progressCells, Semaphore } from '../../src/core/index.ts';
import { CountingWaker } from '../../src/testing/counting-waker.ts';
import { noopContext } from '../../src/testing/noop-waker.ts';
import { LawWatch } from './law-watch.ts';
import { modes } from './modes.ts';
import { NotifyModel } from './notify-model.ts';
import { blockOn, PollDriver } from './poll-driver.ts';

describe.each(modes)('oneshot, $name', (mode) => {
  it('hands one value over, before or after it is asked for', () => {
    const [early, receivesEarly] = oneshot.channel<string>();
    expect(early.send('early')).toBe(true);
    expect(blockOn(mode.future(receivesEarly))).toBe('early');

    const [late, receivesLate] = oneshot.channel<string>();
    const driver = new PollDriver();
    const task = driver.spawn(mode.future(receivesLate));
    driver.runUntilStalled();
    expect(task.isPending).toBe(true);
    late.send('late');
    driver.runUntilStalled();
    expect(task.value).toBe('late');
  });

  it('a dropped sender is an error', () => {
    const [sender, receiver] = oneshot.channel<string>();
    const driver = new PollDriver();
    const task = driver.spawn(mode.future(receiver));
    driver.runUntilStalled();
    sender.drop();
    driver.runUntilStalled();
    expect(task.error).toBeInstanceOf(oneshot.RecvError);
  });

  it('a sender hears that nobody will receive', () => {
    const [sender, receiver] = oneshot.channel<string>();
    const driver = new PollDriver();
    const closed = driver.spawn(mode.future(sender.closed()));
    driver.runUntilStalled();
    expect(closed.isPending).toBe(true);
    receiver.close();
    driver.runUntilStalled();
    expect(closed.isPending).toBe(false);
    expect(sender.send('x')).toBe(false);
  });
});

describe('oneshot', () => {
  it('a value that was sent before close still arrives', () => {
    const [sender, receiver] = oneshot.channel<number>();
    sender.send(1);
    receiver.close();
    expect(receiver.tryRecv()).toMatchObject({ value: 1 });
  });

  it('sends once', () => {
    const [sender, receiver] = oneshot.channel<number>();
    expect([sender.send(1), sender.send(2)]).toEqual([true, false]);
    sender.drop();
    expect(blockOn(receiver)).toBe(1);
  });

  it('a value is a completion, and counts once', () => {
    const [sender, receiver] = oneshot.channel<undefined>();
    sender.send(undefined);
    const before = progressCells[ProgressCell.COMPLETIONS]!;
    blockOn(receiver);
    expect(progressCells[ProgressCell.COMPLETIONS]! - before).toBe(1);
  });

  it('every order of six acts on both ends: no lost wake, no waker kept, the right outcome', () => {
    const acts = [
      'send',
      'dropSender',
      'pollReceiver',
      'pollClosed',
      'close',
      'dropReceiver',
    ] as const;
    let orders = 0;
    const explore = (done: readonly (typeof acts)[number][]): void => {
      if (done.length === 5) {
        orders += 1;
        runOneshot(done);
        return;
      }
      for (const act of acts) explore([...done, act]);
    };
    explore([]);
    expect(orders).toBe(6 ** 5);
  });
});

/** Plays one order against a model of what a oneshot is. */
function runOneshot(order: readonly string[]): void {
  const [sender, receiver] = oneshot.channel<number>();
  const recv = new LawWatch(receiver);
  const closed = new LawWatch(sender.closed());
  let end: 'open' | 'sent' | 'sender-gone' | 'receiver-gone' = 'open';
  for (const act of order) {
    const was = end;
    if (act === 'send') {
      expect(sender.send(1), order.join(' ')).toBe(was === 'open');
      if (was === 'open') end = 'sent';
    }
    if (act === 'dropSender') {
      sender.drop();
      if (was === 'open') end = 'sender-gone';
    }
    if (act === 'close' || act === 'dropReceiver') {
      if (act === 'close') receiver.close();
      else recv.drop();
      if (was === 'open') end = 'receiver-gone';
    }
    if (act === 'pollReceiver' && !recv.isOver) {
      expect(recv.poll().isReady, order.join(' ')).toBe(end !== 'open');
      if (recv.isOver) expect(recv.outcome).toMatchObject(end === 'sent' ? { value: 1 } : {});
      if (recv.isOver && end !== 'sent') expect(recv.outcome).toHaveProperty('error');
    }
    if (act === 'pollClosed' && !closed.isOver) {
      expect(closed.poll().isReady, order.join(' ')).toBe(end === 'receiver-gone');
    }
  }
  recv.drop();
  sender.drop();
  closed.checkReleased();
}

describe.each(modes)('Notify, $name', (mode) => {
  it('keeps one permit, and only one', () => {
    const notify = new Notify();
    notify.notifyOne();
    notify.notifyOne();
    blockOn(mode.future(notify.notified()));
    const driver = new PollDriver();
    const second = driver.spawn(mode.future(notify.notified()));
    driver.runUntilStalled();
    expect(second.isPending).toBe(true);
    notify.notifyOne();
    driver.runUntilStalled();
    expect(second.isPending).toBe(false);
  });

  it('notifies one after the other, or all who wait', () => {
    const notify = new Notify();
    const driver = new PollDriver();
    const tasks = Array.from({ length: 4 }, () => driver.spawn(mode.future(notify.notified())));
    const waiting = () => tasks.map((task) => task.isPending);
    driver.runUntilStalled();
    notify.notifyOne();
    driver.runUntilStalled();
    expect(waiting()).toEqual([false, true, true, true]);
    notify.notifyWaiters();
    driver.runUntilStalled();
    expect(waiting()).toEqual([false, false, false, false]);
  });
});

describe('Notify', () => {
  it('notifyWaiters reaches those made and not polled, and keeps no permit', () => {
    const notify = new Notify();
    const made = new LawWatch(notify.notified());
    notify.notifyWaiters();
    expect(made.poll().isReady).toBe(true);
    expect(new LawWatch(notify.notified()).poll().isPending).toBe(true);
  });

  it('a notification that was not used is passed on', () => {
    const notify = new Notify();
    const first = new LawWatch(notify.notified());
    const second = new LawWatch(notify.notified());
    first.poll();
    second.poll();
    notify.notifyOne();
    expect([first.isWoken, second.isWoken]).toEqual([true, false]);
    first.drop();
    expect(second.poll().isReady).toBe(true);
  });

  it('a drop after notifyWaiters passes nothing on', () => {
    const notify = new Notify();
    const first = new LawWatch(notify.notified());
    first.poll();
    notify.notifyWaiters();
    first.drop();
    expect(new LawWatch(notify.notified()).poll().isPending).toBe(true);
  });

  it('enable gets in line without a poll', () => {
    const notify = new Notify();
    const early = notify.notified();
    expect(early.enable()).toBe(false);
    const late = new LawWatch(notify.notified());
    late.poll();
    notify.notifyOne();
    expect(early.poll(noopContext()).isReady).toBe(true);
    expect(late.isWoken).toBe(false);
  });

  it('is no progress', () => {
    const notify = new Notify();
    notify.notifyOne();
    const before = progressCells[ProgressCell.PROGRESS]!;
    blockOn(notify.notified());
    expect(progressCells[ProgressCell.PROGRESS]).toBe(before);
  });

  it('who begins to wait inside a wake of notifyWaiters is not of that round', () => {
    const notify = new Notify();
    let again: LawWatch<void> | null = null;
    const waker = new CountingWaker();
    waker.wake = () => {
      again = new LawWatch(notify.notified());
      again.poll();
    };
    notify.notified().poll(waker.context());
    notify.notifyWaiters();
    expect(again!.isWoken).toBe(false);
    notify.notifyWaiters();
    expect(again!.isWoken).toBe(true);
  });

  it('property: against a model of a line and one permit; no wake is lost', () => {
    const command = fc.oneof(
      fc.record({ do: fc.constantFrom('make', 'one', 'all'), index: fc.constant(-1) }),
      fc.record({ do: fc.constantFrom('poll', 'drop'), index: fc.nat(8) }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 50 }), (commands) => {
        const notify = new Notify();
        const waiters: LawWatch<void>[] = [];
        const model = new NotifyModel();
        for (const step of commands) {
          const waiter = waiters[step.index];
          if (step.do === 'make') model.make(waiters.push(new LawWatch(notify.notified())) - 1);
          if (step.do === 'one') {
            notify.notifyOne();
            model.one();
          }
          if (step.do === 'all') {
            notify.notifyWaiters();
            model.all();
          }
          if (waiter === undefined || waiter.isOver) continue;
          if (step.do === 'poll') expect(waiter.poll().isReady).toBe(model.poll(step.index));
          if (step.do === 'drop') {
            waiter.drop();
            model.drop(step.index);
          }
        }
        for (const waiter of waiters) waiter.drop();
      }),
      { numRuns: 1000 },
    );
  });
});

describe('Semaphore', () => {
  it('is fair, closes, and counts', () => {
    const semaphore = new Semaphore(1);
    blockOn(semaphore.acquire());
    const waiting = [new LawWatch(semaphore.acquire()), new LawWatch(semaphore.acquire())];
    for (const watch of waiting) watch.poll();
    semaphore.release();
    expect(semaphore.tryAcquire()).toBe(false);
    expect(waiting[0]!.poll().isReady).toBe(true);
    semaphore.close();
    waiting[1]!.poll();
    expect(waiting[1]!.outcome).toMatchObject({ error: { code: 'SEMAPHORE_CLOSED' } });
    expect(() => new Semaphore(-1)).toThrow(RangeError);
  });
});
