import { Duplex, Readable, type Writable } from 'node:stream';
import { NodeDuplex } from './node-duplex.ts';
import { NodeReader } from './node-reader.ts';
import { NodeWriter } from './node-writer.ts';

/** A Node stream of bytes as AsyncRead, AsyncWrite or both, by what it is. */
export function fromNode<D extends Duplex>(stream: D): NodeDuplex<D>;
export function fromNode(stream: Readable): NodeReader;
export function fromNode(stream: Writable): NodeWriter;
export function fromNode(stream: Readable | Writable): NodeDuplex | NodeReader | NodeWriter {
  if (stream instanceof Duplex) return new NodeDuplex(stream);
  return stream instanceof Readable ? new NodeReader(stream) : new NodeWriter(stream);
}
