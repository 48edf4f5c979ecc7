import { afterEach, describe, expect, it } from 'vitest';
import {
  type AsyncRead,
  type Context,
  type Future,
  Poll,
  pollFn,
  ReadBuf,
} from '../../src/core/index.ts';
import { Executor } from '../../src/executor/index.ts';
import type { Finding } from '../../src/model/finding.ts';
import { BusyLoopError } from '../../src/source/executor/busy-loop-error.ts';
import { createMonitor, type Monitor } from '../../src/source/executor/monitor.ts';

/** Wakes itself, `#private` fields and a helper in between. */
class Guilty implements AsyncRead {
  pollRead(cx: Context, _buf: ReadBuf): Poll<void> {
    this.again(cx);
    return Poll.Pending;
  }
  private again(cx: Context): void {
    cx.waker.wakeByRef();
  }
}

class Wrapper implements AsyncRead {
  readonly #inner: AsyncRead;
  constructor(inner: AsyncRead) {
    this.#inner = inner;
  }
  pollRead(cx: Context, buf: ReadBuf): Poll<void> {
    return this.#inner.pollRead(cx, buf);
  }
}

class ReadLoop implements Future<void> {
  private readonly buf = ReadBuf.alloc(16);
  private readonly io: AsyncRead;
  constructor(io: AsyncRead) {
    this.io = io;
  }
  poll(cx: Context): Poll<void> {
    return this.io.pollRead(cx, this.buf);
  }
}

let monitor: Monitor;
afterEach(() => monitor.close());

async function findingOf(future: Future<unknown>): Promise<Finding> {
  monitor = createMonitor({ onDetect: 'abort' });
  const error = await new Executor({ monitor }).blockOn(future).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BusyLoopError)) throw new Error(`not found to spin: ${String(error)}`);
  return error.finding;
}

describe('a task that wakes itself', () => {
  it('is ended with a finding that names the innermost layer, within twice the streak', async () => {
    const finding = await findingOf(new ReadLoop(new Wrapper(new Wrapper(new Guilty()))));
    expect(finding.rule).toBe('self-wake');
    expect(finding.confidence).toBe('proven');
    expect(finding.unit.name).toBe('Guilty');
    expect(finding.location?.functionName).toBe('Guilty.again');
    expect(finding.location?.file).toMatch(/monitor\.test\.ts$/);
    expect(finding.chain.map(({ name }) => name)).toEqual(['ReadLoop', 'Wrapper', 'Guilty']);
    const loop = monitor.snapshot().units.find(({ name }) => name === 'ReadLoop');
    expect(loop?.counters.polls).toBeLessThanOrEqual(2000);
    expect(loop?.counters.selfWokenPendings).toBe(loop?.counters.polls);
  });

  it('is named by its class under another name as well', async () => {
    const Renamed = { A: class extends Guilty {} }.A;
    const finding = await findingOf(new ReadLoop(new Renamed()));
    expect(finding.unit.name).toBe('A');
  });

  it('is left alone while its state moves toward a bound', async () => {
    monitor = createMonitor({ onDetect: 'abort' });
    let done = 0;
    const pieces = 30_000;
    const work = pollFn<number>((cx) => {
      done += 1;
      if (done === pieces) return Poll.Ready(done);
      cx.waker.wakeByRef();
      return Poll.Pending;
    });
    expect(await new Executor({ monitor }).blockOn(work)).toBe(pieces);
    expect(monitor.findings().filter(({ level }) => level !== 'note')).toEqual([]);
  });

  it('is found from the onset of its spin, whatever it did before', async () => {
    class Wanes implements Future<void> {
      private left = 5000;
      poll(cx: Context): Poll<void> {
        if (this.left > 0) this.left -= 1;
        cx.waker.wakeByRef();
        return Poll.Pending;
      }
    }
    expect((await findingOf(new Wanes())).unit.name).toBe('Wanes');
  });

  it('is found although what it waits for is changed by others', async () => {
    const shared = { ticks: 0, log: [] as number[] };
    const timer = setInterval(() => {
      shared.ticks += 1;
      shared.log.push(Math.random());
    }, 1);
    const waits: Future<void> = {
      poll(cx) {
        if (shared.ticks < 0) return Poll.Ready();
        cx.waker.wakeByRef();
        return Poll.Pending;
      },
    };
    const finding = await findingOf(waits);
    clearInterval(timer);
    expect(finding.rule).toBe('self-wake');
  });

  it('is left alone while it drains a queue', async () => {
    monitor = createMonitor({ onDetect: 'abort' });
    const queue = Array.from({ length: 20_000 }, (_, i) => ({ job: `job ${i * 7}` }));
    let bytes = 0;
    const drain = pollFn<number>((cx) => {
      const next = queue.shift();
      if (!next) return Poll.Ready(bytes);
      bytes += next.job.length;
      cx.waker.wakeByRef();
      return Poll.Pending;
    });
    expect(await new Executor({ monitor }).blockOn(drain)).toBeGreaterThan(100_000);
    expect(monitor.findings()).toEqual([]);
  });
});

describe('a poll that never gives way', () => {
  /** Ready, with nothing. */
  class Idle {
    pollRead(_cx: Context, _buf: ReadBuf): Poll<void> {
      return Poll.Ready();
    }
  }

  function readsOn(reader: () => Idle): Future<void> {
    const buf = ReadBuf.alloc(16);
    return {
      poll(cx) {
        const from = reader();
        do {
          if (from.pollRead(cx, buf).isPending) return Poll.Pending;
        } while (buf.filledLength === 0);
        return Poll.Ready();
      },
    };
  }

  it('is broken off, and the reader named, where the future is a literal', async () => {
    const idle = new Idle();
    const finding = await findingOf(readsOn(() => idle));
    expect(finding.rule).toBe('spin-inside-poll');
    expect(finding.unit.name).toBe('Idle');
    expect(finding.location?.functionName).toBe('Idle.pollRead');
  });

  it('is broken off where nothing leads to the reader', async () => {
    const finding = await findingOf(readsOn(() => new Idle()));
    expect(finding.rule).toBe('spin-inside-poll');
    expect(finding.location?.functionName).toBe('poll');
  });

  it('is broken off in a future that was instrumented as well', async () => {
    const idle = new Idle();
    monitor = createMonitor({ onDetect: 'abort' });
    const future = monitor.instrument(readsOn(() => idle));
    const outcome = new Executor({ monitor }).blockOn(future);
    await expect(outcome).rejects.toBeInstanceOf(BusyLoopError);
  });
});

describe('what the monitor leaves behind', () => {
  it('takes every tap off the objects that it looked into', async () => {
    const guilty = new Guilty();
    await findingOf(new ReadLoop(guilty));
    monitor.close();
    expect(Object.getOwnPropertyNames(guilty)).toEqual([]);
  });

  it('leaves the settings of stack traces as they were', async () => {
    const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
    const limit = Error.stackTraceLimit;
    await findingOf(new ReadLoop(new Guilty()));
    expect(Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')).toEqual(before);
    expect(Error.stackTraceLimit).toBe(limit);
  });
});

describe('instrument', () => {
  /** Polls what was woken, in rounds of its own; knows nothing of this package. */
  class Rounds {
    readonly #woken = new Set<Future<unknown>>();
    spawn(future: Future<unknown>): this {
      this.#woken.add(future);
      return this;
    }
    round(): void {
      const now = [...this.#woken];
      this.#woken.clear();
      for (const future of now) {
        const wake = (): void => void this.#woken.add(future);
        const waker = {
          wake,
          wakeByRef: wake,
          clone: () => waker,
          drop() {},
          willWake: () => true,
        };
        future.poll({ waker } as unknown as Context);
      }
    }
  }

  it('watches an executor that is not ours, and answers the same type', () => {
    monitor = createMonitor();
    const rounds = monitor.instrument(new Rounds());
    expect(rounds).toBeInstanceOf(Rounds);
    rounds.spawn(new ReadLoop(new Wrapper(new Guilty())));
    for (let i = 0; i < 1500; i++) rounds.round();
    const [finding] = monitor.findings();
    expect(finding?.rule).toBe('self-wake');
    expect(finding?.unit.name).toBe('Guilty');
  });

  it('counts a layer that was named, inside a task', async () => {
    monitor = createMonitor({ onDetect: 'abort' });
    const guilty = monitor.instrument(new Guilty(), 'the layer');
    await new Executor({ monitor }).blockOn(new ReadLoop(guilty)).catch(() => {});
    const layer = monitor.snapshot().units.find(({ name }) => name === 'the layer');
    expect(layer?.counters.polls).toBeGreaterThanOrEqual(1000);
    expect(layer?.counters.selfWokenPendings).toBe(layer?.counters.polls);
  });
});

describe('meter', () => {
  it('finds a pump that turns fast and moves nothing, and not one that moves', () => {
    monitor = createMonitor();
    for (let i = 0; i < 5000; i++) {
      monitor.meter.tick('idle pump', false);
      monitor.meter.tick('working pump', true);
    }
    expect(monitor.findings().map(({ rule, unit }) => [rule, unit.name])).toEqual([
      ['ready-without-progress', 'idle pump'],
    ]);
  });
});
