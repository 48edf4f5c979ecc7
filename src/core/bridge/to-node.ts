/**
 * Our readers and writers as node:stream ones, driven by `toPromise`. Back-pressure holds
 * both ways: one read or write is under way at a time. Destroying the Node stream drops
 * what is under way, and then what was wrapped.
 */
import { Duplex, Readable, Writable } from 'node:stream';
import type { Context } from '../context.ts';
import type { Future } from '../future.ts';
import { DEFAULT_BUFFER_SIZE } from '../io/copy-buffer.ts';
import { Read } from '../io/read.ts';
import { Shutdown } from '../io/shutdown.ts';
import type { AsyncRead, AsyncWrite } from '../io/traits.ts';
import { WriteAll } from '../io/write-all.ts';
import type { Poll } from '../poll.ts';
import { toPromise } from './to-promise.ts';

type Callback = (error?: Error | null) => void;

/** Writes all and flushes: a Node stream knows no flush, and its writes must arrive. */
class WriteAndFlush implements Future<void> {
  private readonly writer: AsyncWrite;
  private writing: WriteAll | null;

  constructor(writer: AsyncWrite, bytes: Uint8Array) {
    this.writer = writer;
    this.writing = new WriteAll(writer, bytes);
  }

  poll(cx: Context): Poll<void> {
    if (this.writing !== null) {
      const poll = this.writing.poll(cx);
      if (poll.isPending) return poll;
      this.writing = null;
    }
    return this.writer.pollFlush(cx);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason), { cause: reason });
}

/** The methods of a Node stream's `construct` options, over what we have. */
class Pump {
  readonly #abort = new AbortController();

  read(readable: Readable, reader: AsyncRead, size: number): void {
    const bytes = Buffer.allocUnsafe(Math.max(1, Math.min(size, DEFAULT_BUFFER_SIZE)));
    this.#drive(new Read(reader, bytes)).then(
      (length) => readable.push(length === 0 ? null : bytes.subarray(0, length)),
      (reason: unknown) => readable.destroy(asError(reason)),
    );
  }

  run(future: Future<void>, callback: Callback): void {
    this.#drive(future).then(
      () => callback(),
      (reason: unknown) => callback(asError(reason)),
    );
  }

  destroy(owned: { drop?(): void }, error: Error | null, callback: Callback): void {
    this.#abort.abort(error ?? undefined);
    owned.drop?.();
    callback(error);
  }

  #drive<T>(future: Future<T>): Promise<T> {
    return toPromise(future, { signal: this.#abort.signal });
  }
}

/** A Readable of what `reader` reads. */
export function toNodeReadable(reader: AsyncRead & { drop?(): void }): Readable {
  const pump = new Pump();
  return new Readable({
    read(size) {
      pump.read(this, reader, size);
    },
    destroy: (error, callback) => pump.destroy(reader, error, callback),
  });
}

/** A Writable into `writer`; its end shuts the writer down. */
export function toNodeWritable(writer: AsyncWrite & { drop?(): void }): Writable {
  const pump = new Pump();
  return new Writable({
    write: (chunk: Uint8Array, _encoding, callback) =>
      pump.run(new WriteAndFlush(writer, chunk), callback),
    final: (callback) => pump.run(new Shutdown(writer), callback),
    destroy: (error, callback) => pump.destroy(writer, error, callback),
  });
}

/** A Duplex over `stream`, with half-close both ways. */
export function toNodeDuplex(stream: AsyncRead & AsyncWrite & { drop?(): void }): Duplex {
  const pump = new Pump();
  return new Duplex({
    read(size) {
      pump.read(this, stream, size);
    },
    write: (chunk: Uint8Array, _encoding, callback) =>
      pump.run(new WriteAndFlush(stream, chunk), callback),
    final: (callback) => pump.run(new Shutdown(stream), callback),
    destroy: (error, callback) => pump.destroy(stream, error, callback),
  });
}
