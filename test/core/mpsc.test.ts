import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Future,
  mpsc,
  next,
  Poll,
  pollFn,
  ProgressCell,
  progressCells,
  setBudget,
} from '../../src/core/index.ts';
import { CountingWaker } from '../../src/testing/counting-waker.ts';
import { noopContext } from '../../src/testing/noop-waker.ts';
import { LawWatch } from './law-watch.ts';
import { modes } from './modes.ts';
import { blockOn, PollDriver } from './poll-driver.ts';

const END = { done: true };
const item = <T>(value: T) => ({ done: false, value });

afterEach(() => void setBudget(Number.POSITIVE_INFINITY));

/** Receives to the end. */
function drain<T>(receiver: mpsc.Receiver<T>, into: T[]): Future<void> {
  return pollFn((cx) => {
    for (;;) {
      const poll = receiver.pollRecv(cx);
      if (poll.isPending) return poll;
      if (poll.value.done) return Poll.Ready();
      into.push(poll.value.value);
    }
  }, 'drain');
}

/** Sends all, one `send` after the other, then drops the sender. */
function feed<T>(
  sender: mpsc.Sender<T>,
  items: readonly T[],
  wrap: (future: Future<void>) => Future<void>,
): Future<void> {
  let sent = 0;
  let sending: Future<void> | null = null;
  return pollFn((cx) => {
    while (sent < items.length) {
      sending ??= wrap(sender.send(items[sent]!));
      const poll = sending.poll(cx);
      if (poll.isPending) return poll;
      sending = null;
      sent += 1;
    }
    sender.drop();
    return Poll.Ready();
  }, 'feed');
}

describe.each(modes)('mpsc, $name', (mode) => {
  it('a bounded channel holds the sender back, and loses and reorders nothing', () => {
    const [sender, receiver] = mpsc.channel<number>(2);
    const driver = new PollDriver();
    const items = Array.from({ length: 300 }, (_, index) => index);
    const feeding = driver.spawn(feed(sender, items, mode.future));
    driver.runUntilStalled();
    expect(feeding.isPending).toBe(true);
    expect(receiver.length).toBe(2);
    const received: number[] = [];
    driver.spawn(mode.future(drain(receiver, received)));
    driver.runUntilStalled();
    expect(received).toEqual(items);
    expect(feeding.isPending).toBe(false);
  });

  it('an unbounded channel takes all at once', () => {
    const [sender, receiver] = mpsc.unboundedChannel<number>();
    for (let i = 0; i < 1000; i++) expect(sender.send(i)).toBe(true);
    const other = sender.clone();
    sender.drop();
    expect(other.send(1000)).toBe(true);
    other.drop();
    const received: number[] = [];
    blockOn(mode.future(drain(receiver, received)));
    expect(received.length).toBe(1001);
    expect(received[1000]).toBe(1000);
  });

  it('the end comes when the last sender is dropped, and again whenever asked', () => {
    const [sender, receiver] = mpsc.channel<string>(4);
    const clone = sender.clone();
    const driver = new PollDriver();
    const ended = driver.spawn(mode.future(receiver.recv()));
    sender.drop();
    sender.drop();
    driver.runUntilStalled();
    expect(ended.isPending).toBe(true);
    clone.drop();
    driver.runUntilStalled();
    expect(ended.value).toEqual(END);
    for (let i = 0; i < 3; i++) expect(blockOn(mode.future(receiver.recv()))).toEqual(END);
  });

  it('a closed receiver still gets what was sent and reserved, then the end', () => {
    const [sender, receiver] = mpsc.channel<string>(4);
    sender.trySend('sent');
    const permit = blockOn(mode.future(sender.reserve()));
    receiver.close();
    expect(sender.trySend('late')).toBe('closed');
    expect(() => blockOn(mode.future(sender.send('late')))).toThrow(mpsc.SendError);
    expect(blockOn(receiver.recv())).toEqual(item('sent'));
    const driver = new PollDriver();
    const last = driver.spawn(mode.future(receiver.recv()));
    driver.runUntilStalled();
    expect(last.isPending).toBe(true);
    permit.send('reserved');
    driver.runUntilStalled();
    expect(last.value).toEqual(item('reserved'));
    expect(blockOn(receiver.recv())).toEqual(END);
  });

  it('a reserved place given back lets a closed receiver end', () => {
    const [sender, receiver] = mpsc.channel<string>(1);
    const permit = blockOn(sender.reserve());
    receiver.close();
    const driver = new PollDriver();
    const last = driver.spawn(mode.future(receiver.recv()));
    driver.runUntilStalled();
    permit.drop();
    permit.drop();
    driver.runUntilStalled();
    expect(last.value).toEqual(END);
  });

  it('senders that wait are told when the receiver goes', () => {
    const [sender, receiver] = mpsc.channel<number>(1);
    sender.trySend(1);
    const driver = new PollDriver();
    const waiting = driver.spawn(mode.future(sender.send(2)));
    const closed = driver.spawn(mode.future(sender.closed()));
    driver.runUntilStalled();
    expect([waiting.isPending, closed.isPending, sender.isClosed]).toEqual([true, true, false]);
    receiver.drop();
    driver.runUntilStalled();
    expect(waiting.error).toMatchObject({ code: 'CHANNEL_CLOSED', value: 2 });
    expect(closed.isPending).toBe(false);
    expect(sender.isClosed).toBe(true);
  });

  it('places are given in the order of asking', () => {
    const [sender, receiver] = mpsc.channel<string>(1);
    sender.trySend('first');
    const driver = new PollDriver();
    for (const name of ['a', 'b', 'c']) driver.spawn(mode.future(sender.send(name)));
    driver.runUntilStalled();
    const received: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      received.push(driver.blockOn(receiver.recv()));
      expect(sender.trySend('pushes in')).toBe(i < 3 ? 'full' : 'sent');
    }
    expect(received).toEqual(['first', 'a', 'b', 'c'].map(item));
  });

  it('is a stream', () => {
    const [sender, receiver] = mpsc.channel<number>(1);
    sender.trySend(5);
    expect(blockOn(next(mode.stream(receiver)))).toEqual(item(5));
  });

  it('pollReady keeps a place for startSend, abortSend gives it back', () => {
    const [sender, receiver] = mpsc.channel<number>(1);
    const readyUp = () => blockOn(mode.future(pollFn((cx) => sender.pollReady(cx))));
    readyUp();
    readyUp();
    expect(sender.capacity).toBe(0);
    sender.startSend(1);
    expect(() => sender.startSend(2)).toThrow(TypeError);
    expect(blockOn(receiver.recv())).toEqual(item(1));
    readyUp();
    sender.abortSend();
    expect(sender.capacity).toBe(1);
    receiver.close();
    expect(readyUp).toThrow(mpsc.SendError);
  });
});

describe('mpsc', () => {
  it('says why it cannot send', () => {
    const [sender, receiver] = mpsc.channel<number>(1);
    expect(sender.trySend(1)).toBe('sent');
    expect(sender.trySend(2)).toBe('full');
    expect(sender.tryReserve()).toBeNull();
    receiver.drop();
    expect(sender.trySend(3)).toBe('closed');
    expect(sender.maxCapacity).toBe(1);
  });

  it('refuses a capacity that is none', () => {
    for (const capacity of [0, -1, 1.5, Number.NaN]) {
      expect(() => mpsc.channel(capacity)).toThrow(RangeError);
    }
  });

  it('a send given up in line leaves it; given up with a place, passes it on', () => {
    const [sender, receiver] = mpsc.channel<string>(1);
    sender.trySend('x');
    const gone = new LawWatch(sender.send('gone'));
    const granted = new LawWatch(sender.send('granted'));
    const last = new LawWatch(sender.send('last'));
    for (const watch of [gone, granted, last]) watch.poll();
    gone.drop();
    receiver.tryRecv();
    expect(granted.isWoken).toBe(true);
    expect(last.isWoken).toBe(false);
    granted.drop();
    expect(last.isWoken).toBe(true);
    expect(last.poll().isReady).toBe(true);
    expect(receiver.tryRecv()).toMatchObject({ value: item('last') });
  });

  it('counts items that go in and come out, and not bare permits', () => {
    const items = () => progressCells[ProgressCell.ITEMS]!;
    const [sender, receiver] = mpsc.channel<number | undefined>(4);
    let before = items();
    sender.trySend(1);
    receiver.tryRecv();
    expect(items() - before).toBe(2);
    before = items();
    sender.trySend(undefined);
    expect(receiver.tryRecv()).toMatchObject({ value: item(undefined) });
    expect(items() - before).toBe(0);
  });

  it('obeys the budget: not tried when it is spent, Pending spends nothing', () => {
    const [sender, receiver] = mpsc.unboundedChannel<number>();
    const waker = new CountingWaker();
    setBudget(2);
    expect(receiver.pollRecv(waker.context()).isPending).toBe(true);
    for (let i = 0; i < 3; i++) sender.send(i);
    expect(receiver.pollRecv(waker.context()).isReady).toBe(true);
    expect(receiver.pollRecv(waker.context()).isReady).toBe(true);
    expect(receiver.pollRecv(waker.context()).isPending).toBe(true);
    expect(waker.yields).toEqual(['budget']);
    expect(receiver.length).toBe(1);
  });

  it('the end spends the budget, so that a loop over it gives way', () => {
    const [sender, receiver] = mpsc.channel<number>(1);
    sender.drop();
    setBudget(3);
    let polls = 0;
    while (receiver.pollRecv(noopContext()).isReady) polls += 1;
    expect(polls).toBe(3);
  });

  it('holds no waker of a receiver that is dropped', () => {
    const [, receiver] = mpsc.channel<number>(1);
    const waker = new CountingWaker();
    receiver.pollRecv(waker.context());
    receiver.drop();
    expect(waker.liveClones).toBe(0);
  });

  it('property: under every schedule each item arrives once, in the order of its sender', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(12), { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        (capacity, counts, choices) => {
          const driver = new PollDriver((n) => choices.next().value % n);
          const [sender, receiver] = mpsc.channel<[number, number]>(capacity);
          for (const [index, count] of counts.entries()) {
            const items = Array.from({ length: count }, (_, n): [number, number] => [index, n]);
            driver.spawn(feed(sender.clone(), items, (future) => future));
          }
          sender.drop();
          const received: [number, number][] = [];
          const draining = driver.spawn(drain(receiver, received));
          driver.runUntilStalled();
          expect(draining.isPending).toBe(false);
          for (const [index, count] of counts.entries()) {
            const ofSender = received.filter(([from]) => from === index).map(([, n]) => n);
            expect(ofSender).toEqual(Array.from({ length: count }, (_, n) => n));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('property: no wake is lost and no waker kept, whatever is sent, dropped and polled', () => {
    const command = fc.oneof(
      ...(
        [
          'send',
          'trySend',
          'recv',
          'dropSend',
          'dropRecv',
          'close',
          'dropReceiver',
          'dropSender',
        ] as const
      ).map((name) => fc.record({ do: fc.constant(name), index: fc.nat(5) })),
      fc.record({ do: fc.constant('pollSend' as const), index: fc.nat(5) }),
      fc.record({ do: fc.constant('pollRecv' as const), index: fc.nat(5) }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.array(command, { maxLength: 40 }),
        (capacity, commands) => {
          const [sender, receiver] = mpsc.channel<number>(capacity);
          const sends: LawWatch<void>[] = [];
          // One at a time: a receiver has one waker.
          let recv: LawWatch<unknown> | null = null;
          const run: Record<(typeof commands)[number]['do'], (index: number) => void> = {
            send: () => void sends.push(new LawWatch(sender.send(sends.length))),
            trySend: () => void sender.trySend(-1),
            recv: () => (recv ??= new LawWatch(receiver.recv())).poll(),
            pollSend: (index) => sends[index]?.poll(),
            pollRecv: () => recv?.poll(),
            dropSend: (index) => sends[index]?.drop(),
            dropRecv: () => {
              recv = null;
            },
            close: () => receiver.close(),
            dropReceiver: () => {
              receiver.drop();
              recv?.checkReleased();
              recv = null;
            },
            dropSender: () => sender.drop(),
          };
          for (const step of commands) {
            run[step.do](step.index);
            if ((recv as LawWatch<unknown> | null)?.isOver) recv = null;
          }
          for (const send of sends) send.drop();
          receiver.drop();
          (recv as LawWatch<unknown> | null)?.checkReleased();
          // Nothing holds a place any more, but what `pollReady` would: all are free again.
          expect(sender.capacity).toBe(capacity);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
