/** Every test of the core runs plainly, and once more with Pending thrown in between. */
import type { AsyncRead, AsyncWrite, Future, Stream } from '../../src/core/index.ts';
import {
  InterleavedDuplex,
  InterleavedFuture,
  InterleavedReader,
  InterleavedStream,
  InterleavedWriter,
} from '../../src/testing/interleave-pending.ts';

export interface Mode {
  readonly name: string;
  readonly isPlain: boolean;
  future<T>(inner: Future<T>): Future<T>;
  stream<T>(inner: Stream<T>): Stream<T>;
  reader(inner: AsyncRead): AsyncRead;
  writer(inner: AsyncWrite): AsyncWrite;
  duplex(inner: AsyncRead & AsyncWrite): AsyncRead & AsyncWrite;
}

const plain: Mode = {
  name: 'plain',
  isPlain: true,
  future: (inner) => inner,
  stream: (inner) => inner,
  reader: (inner) => inner,
  writer: (inner) => inner,
  duplex: (inner) => inner,
};

const interleaved: Mode = {
  name: 'interleaved with Pending',
  isPlain: false,
  future: (inner) => new InterleavedFuture(inner),
  stream: (inner) => new InterleavedStream(inner),
  reader: (inner) => new InterleavedReader(inner),
  writer: (inner) => new InterleavedWriter(inner),
  duplex: (inner) => new InterleavedDuplex(inner),
};

export const modes: readonly Mode[] = [plain, interleaved];
