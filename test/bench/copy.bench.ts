/**
 * Our `copy` against `stream.pipeline`, from one loopback socket to another, as a proxy does.
 * The sender and the sink are Node's own in both, so that only the middle differs.
 */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { copy, Executor, TcpStream } from 'selfwake';
import type { Comparison } from './comparison.ts';

const MEBIBYTE = 2 ** 20;
const CHUNK = Buffer.alloc(64 * 1024, 7);
const CHUNKS = (32 * MEBIBYTE) / CHUNK.length;

type Middle = (from: Socket, to: Socket) => Promise<unknown>;

/** Sends 32 MiB through the middle; the time is that of both ends, too. */
async function relay(middle: Middle): Promise<void> {
  const source = await listen((socket) => send(socket));
  let done: (bytes: number) => void = () => {};
  const received = new Promise<number>((resolve) => (done = resolve));
  const sink = await listen((socket) => receive(socket, (bytes) => done(bytes)));
  const [from, to] = await Promise.all([open(source), open(sink)]);
  await middle(from, to);
  to.end();
  const bytes = await received;
  for (const socket of [from, to]) socket.destroy();
  await Promise.all([close(source), close(sink)]);
  if (bytes !== CHUNKS * CHUNK.length) throw new Error(`${bytes} bytes came through.`);
}

async function send(socket: Socket): Promise<void> {
  for (let sent = 0; sent < CHUNKS; sent += 1) {
    if (!socket.write(CHUNK)) await once(socket, 'drain');
  }
  socket.end();
}

function receive(socket: Socket, done: (bytes: number) => void): void {
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => (bytes += chunk.length));
  socket.on('end', () => {
    socket.end();
    done(bytes);
  });
}

async function listen(accept: (socket: Socket) => unknown): Promise<Server> {
  const server = createServer((socket) => void accept(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function open(server: Server): Promise<Socket> {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Not a port.');
  const socket = connect(address.port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await closed;
}

const executor = new Executor();

const copied = (bufferSize: number): Middle => {
  return (from, to) =>
    executor.blockOn(copy(TcpStream.fromSocket(from), TcpStream.fromSocket(to), { bufferSize }));
};

const comparison = (name: string, bufferSize: number): Comparison => ({
  name,
  operations: (CHUNKS * CHUNK.length) / 1024,
  subject: () => relay(copied(bufferSize)),
  baseline: () => relay((from, to) => pipeline(from, to)),
  isLong: true,
});

/** An operation is a kibibyte. */
export const comparisons: Comparison[] = [
  comparison('copy ÷ pipeline, buffer of 8 KiB', 8 * 1024),
  comparison('copy ÷ pipeline, buffer of 64 KiB', 64 * 1024),
];
