import { once } from 'node:events';
import { duplexPair, PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  copy,
  duplex,
  flush,
  fromNode,
  NodeDuplex,
  NodeReader,
  NodeWriter,
  ProgressCell,
  progressCells,
  ReadBuf,
  readExact,
  readToEnd,
  setBudget,
  shutdown,
  toNodeDuplex,
  toNodeReadable,
  toNodeWritable,
  toPromise,
  writeAll,
} from '../../src/core/index.ts';
import { CountingWaker } from '../../src/testing/counting-waker.ts';
import { noopContext } from '../../src/testing/noop-waker.ts';
import { modes } from './modes.ts';
import { expectBytes, pattern, ScriptedReader, ScriptedWriter } from './scripted-io.ts';

afterEach(() => void setBudget(Number.POSITIVE_INFINITY));

async function gather(readable: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readable) chunks.push(chunk as Uint8Array);
  return new Uint8Array(Buffer.concat(chunks));
}

/** A Writable that is slow: each write is done in a later turn. */
function slowSink(highWaterMark: number): { sink: Writable; chunks: Uint8Array[] } {
  const chunks: Uint8Array[] = [];
  const sink = new Writable({
    highWaterMark,
    write(chunk: Uint8Array, _encoding, done) {
      chunks.push(new Uint8Array(chunk));
      setImmediate(done);
    },
  });
  return { sink, chunks };
}

describe.each(modes)('node:stream, $name', (mode) => {
  it('reads a Readable to its end', async () => {
    const data = pattern(200_000);
    const readable = Readable.from([Buffer.from(data)], { objectMode: false });
    expectBytes(await toPromise(mode.future(readToEnd(mode.reader(fromNode(readable))))), data);
  });

  it('writes with back-pressure, flushes, and ends', async () => {
    const data = pattern(50_000);
    const { sink, chunks } = slowSink(1000);
    const writer = mode.writer(fromNode(sink));
    await toPromise(mode.future(writeAll(writer, data)));
    expect(sink.writableLength).toBeGreaterThan(0);
    await toPromise(mode.future(flush(writer)));
    expect(sink.writableLength).toBe(0);
    await toPromise(mode.future(shutdown(writer)));
    expect(sink.writableFinished).toBe(true);
    expectBytes(new Uint8Array(Buffer.concat(chunks)), data);
  });

  it('toNodeReadable gives what a reader reads', async () => {
    const data = pattern(100_000);
    const steps = [data.subarray(0, 10), 'self-wake' as const, data.subarray(10)];
    expectBytes(await gather(toNodeReadable(mode.reader(new ScriptedReader(steps)))), data);
  });

  it('toNodeWritable writes, flushes and shuts down', async () => {
    const data = pattern(100_000);
    const inner = new ScriptedWriter([3, 'self-wake']);
    await pipeline(Readable.from([Buffer.from(data)]), toNodeWritable(mode.writer(inner)));
    expectBytes(inner.written, data);
    expect(inner.calls.at(-1)).toBe('shutdown');
    expect(inner.calls).toContain('flush');
  });

  it('toNodeDuplex works both ways', async () => {
    const [near, far] = duplex(64);
    const stream = toNodeDuplex(mode.duplex(near));
    stream.end(Buffer.from(pattern(1000)));
    expectBytes(await toPromise(readToEnd(far)), pattern(1000));
    await toPromise(writeAll(far, pattern(10)));
    await toPromise(shutdown(far));
    expect(await gather(stream)).toEqual(pattern(10));
  });
});

describe('NodeReader', () => {
  it('takes no more than fits, and leaves the rest with Node', async () => {
    const source = new PassThrough();
    const reader = new NodeReader(source);
    source.write(Buffer.from(pattern(1000)));
    await turn();
    const buf = ReadBuf.alloc(10);
    expect(reader.pollRead(noopContext(), buf).isReady).toBe(true);
    expect(buf.filled()).toEqual(pattern(1000).subarray(0, 10));
    expect(source.readableLength).toBe(990);
    reader.drop();
  });

  it('throws an error once, then is at its end', async () => {
    const source = new PassThrough();
    const reader = new NodeReader(source);
    const waker = new CountingWaker();
    expect(reader.pollRead(waker.context(), ReadBuf.alloc(1)).isPending).toBe(true);
    source.destroy(new Error('broke'));
    await turn();
    expect(waker.wakes).toBe(1);
    expect(() => reader.pollRead(waker.context(), ReadBuf.alloc(1))).toThrow('broke');
    const buf = ReadBuf.alloc(1);
    expect(reader.pollRead(waker.context(), buf).isReady).toBe(true);
    expect(buf.filledLength).toBe(0);
  });

  it('a stream that is destroyed before its end is an error', async () => {
    const source = new PassThrough();
    const reading = toPromise(readToEnd(new NodeReader(source)));
    await turn();
    source.destroy();
    await expect(reading).rejects.toMatchObject({ code: 'PREMATURE_CLOSE' });
  });

  it('what came before a destroy without error is lost, what came before the end is not', async () => {
    const source = new PassThrough();
    source.end(Buffer.from('abc'));
    await turn();
    const reader = new NodeReader(source);
    expect(Buffer.from(await toPromise(readToEnd(reader))).toString()).toBe('abc');
    expect(await toPromise(readToEnd(reader))).toEqual(new Uint8Array());
  });

  it('gives the stream back without a listener, or destroys it', () => {
    const source = new PassThrough();
    const before = source.eventNames();
    expect(new NodeReader(source).intoInner()).toBe(source);
    expect(source.eventNames()).toEqual(before);
    expect(source.destroyed).toBe(false);
    const waker = new CountingWaker();
    const reader = new NodeReader(source);
    reader.pollRead(waker.context(), ReadBuf.alloc(1));
    reader.drop();
    expect(source.eventNames()).toEqual(before);
    expect(source.destroyed).toBe(true);
    expect(waker.liveClones).toBe(0);
  });

  it('refuses what is no stream of bytes', () => {
    expect(() => new NodeReader(Readable.from(['x']))).toThrow(TypeError);
    expect(() => new NodeReader(new PassThrough({ encoding: 'utf8' }))).toThrow(TypeError);
    expect(() => new NodeWriter(new Writable({ objectMode: true }))).toThrow(TypeError);
  });

  it('obeys the budget', async () => {
    const source = new PassThrough();
    source.write('abc');
    await turn();
    const reader = new NodeReader(source);
    const waker = new CountingWaker();
    setBudget(2);
    expect(reader.pollRead(waker.context(), ReadBuf.alloc(1)).isReady).toBe(true);
    expect(reader.pollRead(waker.context(), ReadBuf.alloc(1)).isReady).toBe(true);
    expect(reader.pollRead(waker.context(), ReadBuf.alloc(1)).isPending).toBe(true);
    expect(waker.yields).toEqual(['budget']);
    expect(source.readableLength).toBe(1);
    reader.drop();
  });
});

describe('NodeWriter', () => {
  it('accepts up to the high-water mark, and then waits for drain', async () => {
    const { sink } = slowSink(10);
    const writer = new NodeWriter(sink);
    const waker = new CountingWaker();
    const written = progressCells[ProgressCell.BYTES_WRITTEN]!;
    expect(writer.pollWrite(waker.context(), pattern(25))).toMatchObject({ value: 10 });
    expect(writer.pollWrite(waker.context(), pattern(25)).isPending).toBe(true);
    expect(progressCells[ProgressCell.BYTES_WRITTEN]! - written).toBe(10);
    await turn();
    await turn();
    expect(waker.wakes).toBeGreaterThan(0);
    expect(writer.pollWrite(waker.context(), pattern(5))).toMatchObject({ value: 5 });
    writer.drop();
    expect(waker.liveClones).toBe(0);
  });

  it('copies what it accepts: the caller may reuse its buffer', async () => {
    const { sink, chunks } = slowSink(1000);
    const writer = new NodeWriter(sink);
    const bytes = Uint8Array.from([1, 2, 3]);
    writer.pollWrite(noopContext(), bytes);
    writer.pollWrite(noopContext(), bytes);
    bytes.fill(9);
    await toPromise(shutdown(writer));
    expect(Buffer.concat(chunks)).toEqual(Buffer.from([1, 2, 3, 1, 2, 3]));
  });

  it('throws an error once, then BROKEN_PIPE', async () => {
    const sink = new Writable({
      write(_chunk, _encoding, done) {
        done(new Error('disk full'));
      },
    });
    const writer = new NodeWriter(sink);
    await toPromise(writeAll(writer, pattern(1)));
    await expect(toPromise(flush(writer))).rejects.toThrow('disk full');
    await expect(toPromise(writeAll(writer, pattern(1)))).rejects.toMatchObject({
      code: 'BROKEN_PIPE',
    });
    await toPromise(shutdown(writer));
  });

  it('an error of one stream is thrown by one half only', async () => {
    const stream = new PassThrough();
    const io = new NodeDuplex(stream);
    stream.destroy(new Error('reset'));
    await turn();
    await expect(toPromise(readExact(io, 1))).rejects.toThrow('reset');
    await expect(toPromise(writeAll(io, pattern(1)))).rejects.toMatchObject({
      code: 'BROKEN_PIPE',
    });
  });

  it('after the end, writes are BROKEN_PIPE', async () => {
    const { sink } = slowSink(10);
    const writer = new NodeWriter(sink);
    await toPromise(shutdown(writer));
    await expect(toPromise(writeAll(writer, pattern(1)))).rejects.toMatchObject({
      code: 'BROKEN_PIPE',
    });
  });
});

describe('to node:stream', () => {
  it('errors destroy the stream', async () => {
    const readable = toNodeReadable(new ScriptedReader([new Error('no read')]));
    await expect(gather(readable)).rejects.toThrow('no read');
    const writable = toNodeWritable(new ScriptedWriter([new Error('no write')]));
    writable.write('x');
    const [error] = (await once(writable, 'error')) as [Error];
    expect(error.message).toBe('no write');
  });

  it('destroy drops what is under way and what was wrapped', async () => {
    const [near, far] = duplex(10);
    const stream = toNodeDuplex(near);
    stream.resume();
    await turn();
    stream.destroy();
    await once(stream, 'close');
    await expect(toPromise(writeAll(far, pattern(1)))).rejects.toMatchObject({
      code: 'BROKEN_PIPE',
    });
  });

  it('property: bytes in = bytes out, through both bridges', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 500 }), { maxLength: 10 }),
        fc.integer({ min: 1, max: 300 }),
        async (chunks, size) => {
          const [near, far] = duplex(size);
          const through = new NodeDuplex(toNodeDuplex(near));
          const data = new Uint8Array(Buffer.concat(chunks));
          const echoing = toPromise(copy(far, far)).then(() => toPromise(shutdown(far)));
          const reading = toPromise(readToEnd(through));
          for (const chunk of chunks) await toPromise(writeAll(through, chunk));
          await toPromise(shutdown(through));
          expectBytes(await reading, data);
          await echoing;
        },
      ),
      { numRuns: 40 },
    );
  });

  it('half-close: the end of reading does not end writing', async () => {
    const [a, b] = duplexPair();
    const io = new NodeDuplex(a);
    b.end();
    b.resume();
    expect(await toPromise(readToEnd(io))).toEqual(new Uint8Array());
    await toPromise(writeAll(io, pattern(5)));
    await toPromise(shutdown(io));
    expect(a.writableFinished).toBe(true);
  });
});
