/** A finished future that is polled again says so to the observer and throws. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  BufReader,
  copy,
  copyBidirectional,
  type CoreObserver,
  duplex,
  flush,
  type Future,
  join,
  map,
  mpsc,
  Notify,
  next,
  observeCore,
  oneshot,
  Poll,
  PolledAfterReadyError,
  pollFn,
  read,
  readExact,
  readToEnd,
  ready,
  Semaphore,
  select,
  shutdown,
  sleep,
  timeout,
  write,
  writeAll,
  yieldNow,
} from '../../src/core/index.ts';
import { noopContext } from '../../src/testing/noop-waker.ts';

/** A reader that has ended and a writer that takes everything. */
const sink = {
  pollRead: () => Poll.Ready(),
  pollWrite: (_cx: unknown, bytes: Uint8Array) => Poll.Ready(bytes.length),
  pollFlush: () => Poll.Ready(),
  pollShutdown: () => Poll.Ready(),
};

function endedChannel(): mpsc.Receiver<number> {
  const [sender, receiver] = mpsc.channel<number>(1);
  sender.drop();
  return receiver;
}

function notified(): Future<void> {
  const notify = new Notify();
  notify.notifyOne();
  return notify.notified();
}

function sentOneshot(): Future<number> {
  const [sender, receiver] = oneshot.channel<number>();
  sender.send(1);
  return receiver;
}

function closedOneshot(): Future<void> {
  const [sender, receiver] = oneshot.channel<number>();
  receiver.drop();
  return sender.closed();
}

function closedSender(): Future<void> {
  const [sender, receiver] = mpsc.channel<number>(1);
  receiver.drop();
  return sender.closed();
}

const finished: Record<string, () => Future<unknown>> = {
  Copy: () => copy(sink, sink),
  CopyBidirectional: () => copyBidirectional(sink, sink),
  Flush: () => flush(sink),
  Join: () => join([ready(1), ready(2)]),
  MapFuture: () => map(ready(1), String),
  NextItem: () => next(endedChannel()),
  Notified: () => notified(),
  'Closed (oneshot)': () => closedOneshot(),
  'Closed (mpsc)': () => closedSender(),
  PollFn: () => pollFn(() => Poll.Ready()),
  Read: () => read(sink, new Uint8Array(1)),
  ReadExact: () => readExact(new BufReader(duplex(1)[0]), 0),
  ReadToEnd: () => readToEnd(sink),
  ReadyFuture: () => ready(1),
  Receiver: () => sentOneshot(),
  Recv: () => endedChannel().recv(),
  Reserve: () => mpsc.channel(1)[0].reserve(),
  Acquire: () => new Semaphore(1).acquire(),
  Select: () => select([ready(1)]),
  Send: () => mpsc.channel(1)[0].send(1),
  Shutdown: () => shutdown(sink),
  Sleep: () => sleep(0),
  Timeout: () => timeout(ready(1), 1000),
  Write: () => write(sink, new Uint8Array(1)),
  WriteAll: () => writeAll(sink, new Uint8Array(1)),
};

function observe(): object[] {
  const told: object[] = [];
  const observer: CoreObserver = {
    barrenTouches() {},
    readReady() {},
    writeReady() {},
    polledAfterReady: (future) => void told.push(future),
  };
  observeCore(observer);
  return told;
}

afterEach(() => observeCore(null));

describe('poll after Ready', () => {
  it.each(Object.entries(finished))('%s', (_name, make) => {
    const told = observe();
    const future = make();
    expect(future.poll(noopContext()).isReady).toBe(true);
    expect(told).toEqual([]);
    expect(() => future.poll(noopContext())).toThrow(PolledAfterReadyError);
    expect(told[0]).toBe(future);
  });

  it('YieldNow', () => {
    const told = observe();
    const future = yieldNow();
    future.poll(noopContext());
    future.poll(noopContext());
    expect(() => future.poll(noopContext())).toThrow('YieldNow was polled after it was Ready');
    expect(told).toEqual([future]);
  });

  it.each([
    ['pollFn', (fail: () => Poll<never>) => pollFn(fail)],
    ['map', (fail: () => Poll<never>) => map({ poll: fail }, String)],
    ['join', (fail: () => Poll<never>) => join([{ poll: fail }])],
    ['select', (fail: () => Poll<never>) => select([{ poll: fail }])],
    ['timeout', (fail: () => Poll<never>) => timeout({ poll: fail }, 1000)],
  ])('%s is over after an error', (_name, make) => {
    const told = observe();
    const future = make(() => {
      throw new Error('once');
    });
    expect(() => future.poll(noopContext())).toThrow('once');
    expect(() => future.poll(noopContext())).toThrow(PolledAfterReadyError);
    expect(told).toEqual([future]);
  });
});
