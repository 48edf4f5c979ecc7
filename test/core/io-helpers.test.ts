import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  BufReader,
  type CoreObserver,
  copy,
  copyBidirectional,
  duplex,
  flush,
  observeCore,
  Poll,
  ProgressCell,
  pollFn,
  progressCells,
  ReadBuf,
  read,
  readExact,
  readToEnd,
  setBudget,
  shutdown,
  split,
  write,
  writeAll,
} from '../../src/core/index.ts';
import { CountingWaker } from '../../src/testing/counting-waker.ts';
import { noopContext } from '../../src/testing/noop-waker.ts';
import { modes } from './modes.ts';
import { blockOn, PollDriver } from './poll-driver.ts';
import { expectBytes, pattern, ScriptedReader, ScriptedWriter } from './scripted-io.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

afterEach(() => {
  observeCore(null);
  setBudget(Number.POSITIVE_INFINITY);
});

describe.each(modes)('I/O helpers, $name', (mode) => {
  it('copy moves everything, in pieces of any size', () => {
    const data = pattern(50_000);
    const reader = new ScriptedReader([data.subarray(0, 7), 'self-wake', data.subarray(7)]);
    const writer = new ScriptedWriter([1, 'self-wake', 5000, 3]);
    expect(blockOn(mode.future(copy(mode.reader(reader), mode.writer(writer))))).toBe(50_000);
    expectBytes(writer.written, data);
    expect(writer.calls.at(-1)).toBe('flush');
    expect(writer.calls).not.toContain('shutdown');
  });

  it('readToEnd, readExact, read', () => {
    const data = pattern(10_000);
    expectBytes(blockOn(mode.future(readToEnd(mode.reader(new ScriptedReader([data]))))), data);
    const reader = mode.reader(new ScriptedReader([data.subarray(0, 3), data.subarray(3)]));
    expect(blockOn(mode.future(readExact(reader, 5)))).toEqual(data.subarray(0, 5));
    const into = new Uint8Array(4);
    expect(blockOn(mode.future(read(reader, into)))).toBe(4);
    expect(into).toEqual(data.subarray(5, 9));
    expect(blockOn(mode.future(readToEnd(mode.reader(new ScriptedReader([])))))).toEqual(bytes());
  });

  it('writeAll, write, flush, shutdown', () => {
    const inner = new ScriptedWriter([2, 1, 'self-wake']);
    const writer = mode.writer(inner);
    blockOn(mode.future(writeAll(writer, pattern(10))));
    expect(inner.written).toEqual(pattern(10));
    expect(blockOn(mode.future(write(writer, pattern(3))))).toBe(3);
    blockOn(mode.future(flush(writer)));
    blockOn(mode.future(shutdown(writer)));
    expect(inner.calls.slice(-2)).toEqual(['flush', 'shutdown']);
  });

  it('an end too early is UNEXPECTED_EOF', () => {
    const reader = mode.reader(new ScriptedReader([bytes(1, 2)]));
    expect(() => blockOn(mode.future(readExact(reader, 3)))).toThrow('after 2 of 3 bytes');
  });

  it('a writer that accepts nothing is WRITE_ZERO', () => {
    const failing = () => mode.writer(new ScriptedWriter([1, 0]));
    const code = expect.objectContaining({ code: 'WRITE_ZERO' }) as Error;
    expect(() => blockOn(writeAll(failing(), pattern(3)))).toThrow(code);
    const reader = new ScriptedReader([pattern(3)]);
    expect(() => blockOn(copy(mode.reader(reader), failing()))).toThrow(code);
  });

  it('errors of the reader and the writer come through', () => {
    const broken = new ScriptedReader([bytes(1), new Error('read broke')]);
    expect(() => blockOn(copy(mode.reader(broken), new ScriptedWriter()))).toThrow('read broke');
    const writer = mode.writer(new ScriptedWriter([new Error('write broke')]));
    expect(() => blockOn(copy(new ScriptedReader([bytes(1)]), writer))).toThrow('write broke');
  });

  it('BufReader reads the same bytes through any buffer, by reads and by lines', () => {
    const data = Buffer.from('one\ntwo\n\nthree');
    for (const capacity of [1, 2, 5, 100]) {
      const whole = new BufReader(mode.reader(new ScriptedReader([data])), capacity);
      expect(Buffer.from(blockOn(readToEnd(whole))).toString()).toBe(data.toString());
      const lined = new BufReader(mode.reader(new ScriptedReader([data])), capacity);
      expect(blockOn(mode.future(countNewlines(lined)))).toBe(3);
    }
  });

  it('a duplex carries both directions, and ends each on its own', () => {
    const [near, far] = duplex(4);
    const driver = new PollDriver();
    driver.spawn(mode.future(writeAll(mode.writer(near), pattern(100))));
    const received = driver.spawn(readToEnd(mode.reader(far)));
    driver.runUntilStalled();
    expect(received.isPending).toBe(true);
    driver.spawn(shutdown(near));
    driver.runUntilStalled();
    expectBytes(received.value, pattern(100));
    driver.spawn(writeAll(mode.writer(far), bytes(9)));
    expect(driver.blockOn(readExact(mode.reader(near), 1))).toEqual(bytes(9));
  });

  it('copyBidirectional carries both ways and shuts each down after its end', () => {
    const [client, a] = duplex(16);
    const [b, server] = duplex(16);
    const driver = new PollDriver();
    const copying = driver.spawn(copyBidirectional(mode.duplex(a), mode.duplex(b)));
    driver.spawn(writeAll(client, pattern(1000)));
    const asked = driver.spawn(readExact(server, 1000));
    driver.runUntilStalled();
    expectBytes(asked.value, pattern(1000));
    driver.spawn(shutdown(client));
    expect(driver.blockOn(readToEnd(server))).toEqual(bytes());
    // One direction has ended; the other still works.
    driver.spawn(writeAll(server, pattern(500)));
    expectBytes(driver.blockOn(readExact(client, 500)), pattern(500));
    expect(copying.isPending).toBe(true);
    driver.spawn(shutdown(server));
    driver.runUntilStalled();
    expect(copying.value).toEqual([1000, 500]);
    expect(driver.blockOn(readToEnd(client))).toEqual(bytes());
  });
});

/** Reads to the end by `pollFillBuf` and `consume`. */
function countNewlines(reader: BufReader) {
  let count = 0;
  return pollFn<number>((cx) => {
    for (;;) {
      const poll = reader.pollFillBuf(cx);
      if (poll.isPending) return poll;
      if (poll.value.length === 0) return Poll.Ready(count);
      const end = poll.value.indexOf(10);
      if (end >= 0) count += 1;
      reader.consume(end < 0 ? poll.value.length : end + 1);
    }
  }, 'countNewlines');
}

describe('copy', () => {
  it('flushes what it wrote when the reader has nothing', () => {
    const writer = new ScriptedWriter();
    const copying = copy(new ScriptedReader([bytes(1), 'pending', 'pending']), writer);
    copying.poll(noopContext());
    expect(writer.calls).toEqual(['write', 'flush']);
    copying.poll(noopContext());
    expect(writer.calls).toEqual(['write', 'flush']);
    expect(copying.poll(noopContext())).toMatchObject({ value: 1 });
  });

  it('fills its buffer up while the writer is busy', () => {
    const reader = new ScriptedReader([bytes(1), bytes(2), bytes(3), 'pending']);
    const writer = new ScriptedWriter(['self-wake', 'self-wake']);
    const copying = copy(reader, writer);
    copying.poll(noopContext());
    expect(reader.reads).toBe(2);
    copying.poll(noopContext());
    expect(reader.reads).toBe(4);
    copying.poll(noopContext());
    expect(writer.calls).toEqual(['write', 'write', 'write', 'flush']);
    expect(writer.written).toEqual(bytes(1, 2, 3));
  });

  it('refuses a writer that accepts more than it was offered', () => {
    const writer = new ScriptedWriter();
    writer.pollWrite = () => Poll.Ready(5);
    expect(() => blockOn(copy(new ScriptedReader([bytes(1)]), writer))).toThrow('accepted 5 of 1');
  });

  it('a poll of it is one operation of the budget', () => {
    setBudget(1);
    const waker = new CountingWaker();
    const steps = Array.from({ length: 50 }, () => bytes(1));
    expect(
      copy(new ScriptedReader(steps), new ScriptedWriter()).poll(waker.context()).isReady,
    ).toBe(true);
    expect(copy(new ScriptedReader([]), new ScriptedWriter()).poll(waker.context()).isPending).toBe(
      true,
    );
    expect(waker.yields).toEqual(['budget']);
  });

  it('refuses a buffer of no size', () => {
    expect(() => copy(new ScriptedReader([]), new ScriptedWriter(), { bufferSize: 0 })).toThrow(
      RangeError,
    );
    expect(() => new BufReader(new ScriptedReader([]), 0)).toThrow(RangeError);
    expect(() => duplex(0)).toThrow(RangeError);
  });

  it('property: bytes in = bytes out, under every schedule and any sizes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }),
        fc.record({
          pipe: fc.integer({ min: 1, max: 40 }),
          back: fc.integer({ min: 1, max: 40 }),
          bufferSize: fc.integer({ min: 1, max: 50 }),
        }),
        fc.infiniteStream(fc.nat()),
        (chunks, sizes, choices) => {
          const driver = new PollDriver((n) => choices.next().value % n);
          const [source, a] = duplex(sizes.pipe);
          const [b, sink] = duplex(sizes.back);
          const data = new Uint8Array(Buffer.concat(chunks));
          const written = progressCells[ProgressCell.BYTES_WRITTEN]!;
          const copied = driver.spawn(copyBidirectional(a, b, sizes));
          const sent = driver.spawn(sendThenShutdown(source, chunks));
          // The far end echoes all, and then ends: both directions are tried.
          const echoed = driver.spawn(echo(sink));
          const back = driver.spawn(readToEnd(source));
          driver.runUntilStalled();
          expect(sent.isPending || echoed.isPending).toBe(false);
          expectBytes(back.value, data);
          expect(copied.value).toEqual([data.length, data.length]);
          expect(progressCells[ProgressCell.BYTES_WRITTEN]! - written).toBe(data.length * 4);
        },
      ),
      { numRuns: 300 },
    );
  });
});

function sendThenShutdown(end: ReturnType<typeof duplex>[0], chunks: readonly Uint8Array[]) {
  const steps = [...chunks.map((chunk) => writeAll(end, chunk)), shutdown(end)];
  return pollFn<void>((cx) => {
    for (; steps.length > 0; steps.shift()) {
      const poll = steps[0]!.poll(cx);
      if (poll.isPending) return poll;
    }
    return Poll.Ready();
  }, 'sendThenShutdown');
}

function echo(end: ReturnType<typeof duplex>[0]) {
  const copying = copy(end, end);
  let closing: ReturnType<typeof shutdown> | null = null;
  return pollFn<void>((cx) => {
    if (closing === null) {
      const poll = copying.poll(cx);
      if (poll.isPending) return poll;
      closing = shutdown(end);
    }
    return closing.poll(cx);
  }, 'echo');
}

describe('duplex', () => {
  it('writes to an end that is gone fail, what was sent before is read', () => {
    const [near, far] = duplex(10);
    blockOn(writeAll(far, bytes(1, 2)));
    far.drop();
    expect(blockOn(readToEnd(near))).toEqual(bytes(1, 2));
    expect(() => blockOn(writeAll(near, bytes(3)))).toThrow(
      expect.objectContaining({ code: 'BROKEN_PIPE' }) as Error,
    );
  });

  it('a writer that waits is woken by the end of its reader', () => {
    const [near, far] = duplex(1);
    const driver = new PollDriver();
    const writing = driver.spawn(writeAll(near, bytes(1, 2)));
    driver.runUntilStalled();
    far.drop();
    driver.runUntilStalled();
    expect(writing.error).toMatchObject({ code: 'BROKEN_PIPE' });
  });

  it('keeps no waker of an end that is dropped', () => {
    const [near, far] = duplex(1);
    const waker = new CountingWaker();
    near.pollRead(waker.context(), ReadBuf.alloc(1));
    blockOn(writeAll(near, bytes(1)));
    near.pollWrite(waker.context(), bytes(2));
    expect(waker.liveClones).toBe(2);
    near.drop();
    expect(waker.liveClones).toBe(0);
    expect(far.pollFlush(noopContext()).isReady).toBe(true);
  });

  it('obeys the budget', () => {
    const [near, far] = duplex(10);
    const waker = new CountingWaker();
    setBudget(2);
    near.pollWrite(waker.context(), bytes(1, 2, 3));
    far.pollRead(waker.context(), ReadBuf.alloc(1));
    expect(far.pollRead(waker.context(), ReadBuf.alloc(1)).isPending).toBe(true);
    expect(waker.yields).toEqual(['budget']);
  });
});

describe('split', () => {
  it('halves belong together, and drop the stream when both are gone', () => {
    const [near, far] = duplex(10);
    const [reader, writer] = split(near);
    const [stranger] = split(far);
    expect(reader.isPairOf(writer)).toBe(true);
    expect(reader.unsplit(writer)).toBe(near);
    expect(() => stranger.unsplit(writer)).toThrow(TypeError);
    blockOn(writeAll(writer, bytes(5)));
    expect(blockOn(readExact(far, 1))).toEqual(bytes(5));
    const rest = new PollDriver();
    const end = rest.spawn(readToEnd(far));
    reader.drop();
    reader.drop();
    rest.runUntilStalled();
    expect(end.isPending).toBe(true);
    writer.drop();
    rest.runUntilStalled();
    expect(end.isPending).toBe(false);
  });
});

describe('the observer', () => {
  it('hears every Ready of somebody else, with its numbers', () => {
    const told: unknown[] = [];
    const observer: CoreObserver = {
      barrenTouches() {},
      readReady: (reader, grown, room) => void told.push([reader, grown, room]),
      writeReady: (writer, accepted, offered) => void told.push([writer, accepted, offered]),
      polledAfterReady() {},
    };
    observeCore(observer);
    const reader = new ScriptedReader([bytes(1, 2), 'self-wake']);
    const writer = new ScriptedWriter([1]);
    const empty = progressCells[ProgressCell.EMPTY_READS]!;
    blockOn(copy(reader, writer, { bufferSize: 8 }));
    expect(told).toEqual([
      [reader, 2, 8],
      [writer, 1, 2],
      [writer, 1, 1],
      [reader, 0, 8],
    ]);
    expect(progressCells[ProgressCell.EMPTY_READS]! - empty).toBe(1);
  });

  it('an empty read into no room is no empty read', () => {
    const empty = progressCells[ProgressCell.EMPTY_READS]!;
    blockOn(read(new ScriptedReader([]), new Uint8Array(0)));
    expect(progressCells[ProgressCell.EMPTY_READS]).toBe(empty);
  });

  it.each([
    ['read', (reader: ScriptedReader) => read(reader, new Uint8Array(4))],
    ['readExact', (reader: ScriptedReader) => readExact(reader, 2)],
    ['readToEnd', (reader: ScriptedReader) => readToEnd(reader)],
    ['BufReader', (reader: ScriptedReader) => readToEnd(new BufReader(reader, 2))],
    ['copy', (reader: ScriptedReader) => copy(reader, new ScriptedWriter())],
  ])('%s tells of its reader', (_name, make) => {
    const readers = new Set<object>();
    observeCore({
      barrenTouches() {},
      readReady: (reader) => void readers.add(reader),
      writeReady() {},
      polledAfterReady() {},
    });
    const reader = new ScriptedReader([bytes(1, 2)]);
    blockOn(make(reader) as ReturnType<typeof read>);
    expect(readers).toContain(reader);
  });
});

describe('readToEnd', () => {
  it('does not count the same byte twice when it grows', () => {
    const before = progressCells[ProgressCell.BYTES_READ]!;
    blockOn(readToEnd(new ScriptedReader([pattern(9000)])));
    expect(progressCells[ProgressCell.BYTES_READ]! - before).toBe(9000);
  });
});
