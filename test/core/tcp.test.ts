import { connect as tlsConnect, createServer as createTlsServer } from 'node:tls';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  copy,
  copyBidirectional,
  fromNode,
  next,
  readExact,
  readToEnd,
  shutdown,
  split,
  TcpListener,
  TcpStream,
  timeout,
  toPromise,
  writeAll,
} from '../../src/core/index.ts';
import { CountingWaker } from '../../src/testing/counting-waker.ts';
import { modes } from './modes.ts';
import { expectBytes, pattern } from './scripted-io.ts';

async function pair(): Promise<[TcpStream, TcpStream]> {
  const listener = await toPromise(TcpListener.bind(0));
  const [client, server] = await Promise.all([
    toPromise(TcpStream.connect(listener.port)),
    toPromise(listener.accept()),
  ]);
  listener.drop();
  return [client, server];
}

describe.each(modes)('TCP, $name', (mode) => {
  it('echoes a megabyte, with half-close', async () => {
    const [client, server] = await pair();
    const data = pattern(1_000_000);
    const echoing = toPromise(mode.future(copy(mode.reader(server), mode.writer(server)))).then(
      async (copied) => {
        await toPromise(mode.future(shutdown(mode.writer(server))));
        return copied;
      },
    );
    const reading = toPromise(mode.future(readToEnd(mode.reader(client))));
    await toPromise(mode.future(writeAll(mode.writer(client), data)));
    await toPromise(mode.future(shutdown(mode.writer(client))));
    expectBytes(await reading, data);
    expect(await echoing).toBe(1_000_000);
    client.drop();
    server.drop();
  });

  it('proxies both ways', async () => {
    const [client, inbound] = await pair();
    const [outbound, server] = await pair();
    const proxying = toPromise(copyBidirectional(mode.duplex(inbound), mode.duplex(outbound)));
    await toPromise(writeAll(client, pattern(100_000)));
    expectBytes(await toPromise(readExact(server, 100_000)), pattern(100_000));
    await toPromise(writeAll(server, pattern(10)));
    await toPromise(shutdown(server));
    expect(await toPromise(readToEnd(client))).toEqual(pattern(10));
    await toPromise(shutdown(client));
    expect(await proxying).toEqual([100_000, 10]);
    for (const stream of [client, inbound, outbound, server]) stream.drop();
  });
});

describe('TcpStream', () => {
  it('an error of the system is thrown as it is', async () => {
    const listener = await toPromise(TcpListener.bind(0));
    const { port } = listener;
    listener.drop();
    await turn();
    await expect(toPromise(TcpStream.connect(port))).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  it('a reset is thrown once by the reader, then it is at its end', async () => {
    const [client, server] = await pair();
    const reading = toPromise(readExact(client, 1));
    server.inner.resetAndDestroy();
    await expect(reading).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await toPromise(readToEnd(client))).toEqual(new Uint8Array());
    await expect(toPromise(writeAll(client, pattern(1)))).rejects.toMatchObject({
      code: 'BROKEN_PIPE',
    });
    client.drop();
    server.drop();
  });

  it('a connect that is given up closes its socket', async () => {
    const waker = new CountingWaker();
    const listener = await toPromise(TcpListener.bind(0));
    const connecting = TcpStream.connect(listener.port);
    connecting.poll(waker.context());
    connecting.drop();
    expect(waker.liveClones).toBe(0);
    // If the connection was made nevertheless, its other side sees it go.
    const accepted = toPromise(timeout(listener.accept(), 50)).catch(() => null);
    const server = await accepted;
    if (server !== null) expect((await toPromise(readToEnd(server))).length).toBe(0);
    server?.drop();
    listener.drop();
  });

  it('the write of a peer that does not read is held back', async () => {
    const [client, server] = await pair();
    const outcome = await toPromise(
      timeout(writeAll(client, new Uint8Array(64_000_000)), 100),
    ).then(
      () => 'written',
      (error: { code: string }) => error.code,
    );
    expect(outcome).toBe('ELAPSED');
    expect(client.inner.writableLength).toBeLessThanOrEqual(client.inner.writableHighWaterMark);
    client.drop();
    server.drop();
  });

  it('leaves no listener on a socket that is given back', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const [stream, [socket]] = await Promise.all([
      toPromise(TcpStream.connect(port)),
      once(server, 'connection') as Promise<[Socket]>,
    ]);
    const before = socket.eventNames().map((name) => [name, socket.listenerCount(name)]);
    expect(fromNode(socket).intoInner()).toBe(socket);
    expect(socket.eventNames().map((name) => [name, socket.listenerCount(name)])).toEqual(before);
    socket.destroy();
    stream.drop();
    server.close();
  });

  it('says where it is connected, and can be split', async () => {
    const [client, server] = await pair();
    expect(client.peerAddress).toBe(server.localAddress);
    client.setNodelay(true);
    const [reader, writer] = split(client);
    await toPromise(writeAll(writer, pattern(3)));
    expect(await toPromise(readExact(server, 3))).toEqual(pattern(3));
    reader.drop();
    expect(client.inner.destroyed).toBe(false);
    writer.drop();
    expect(client.inner.destroyed).toBe(true);
    server.drop();
  });
});

describe('TcpListener', () => {
  it('a port in use is an error', async () => {
    const listener = await toPromise(TcpListener.bind(0));
    await expect(toPromise(TcpListener.bind(listener.port))).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    listener.drop();
  });

  it('reads nothing from who was not accepted, and closes them when dropped', async () => {
    const listener = await toPromise(TcpListener.bind(0));
    const client = await toPromise(TcpStream.connect(listener.port));
    await toPromise(writeAll(client, pattern(3)));
    const accepted = await toPromise(listener.accept());
    expect(await toPromise(readExact(accepted, 3))).toEqual(pattern(3));
    const waiting = await toPromise(TcpStream.connect(listener.port));
    await toPromise(timeout(readExact(waiting, 1), 20)).catch(() => {});
    listener.drop();
    expect(await toPromise(readToEnd(waiting)).catch(() => new Uint8Array())).toEqual(
      new Uint8Array(),
    );
    await expect(toPromise(listener.accept())).rejects.toMatchObject({ code: 'LISTENER_CLOSED' });
    for (const stream of [client, accepted, waiting]) stream.drop();
  });

  it('is a stream of connections', async () => {
    const listener = await toPromise(TcpListener.bind(0));
    const incoming = listener.incoming();
    const client = await toPromise(TcpStream.connect(listener.port));
    const item = await toPromise(next(incoming));
    expect(item.done).toBe(false);
    if (!item.done) item.value.drop();
    client.drop();
    incoming.drop?.();
  });
});

describe('TLS', () => {
  it('a TLS socket works as any other, with a clean end', async () => {
    const key = Buffer.from('0123456789abcdef');
    const psk = { ciphers: 'PSK', maxVersion: 'TLSv1.2' as const };
    const server = createTlsServer({ ...psk, pskCallback: () => key, pskIdentityHint: 'hint' });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const socket = tlsConnect({
      ...psk,
      port,
      host: '127.0.0.1',
      pskCallback: () => ({ psk: key, identity: 'client' }),
      checkServerIdentity: () => undefined,
    });
    const [accepted] = (await once(server, 'secureConnection')) as [Socket];
    const near = fromNode(socket);
    const far = fromNode(accepted);
    const echoing = toPromise(copy(far, far)).then(() => toPromise(shutdown(far)));
    const reading = toPromise(readToEnd(near));
    await toPromise(writeAll(near, pattern(300_000)));
    await toPromise(shutdown(near));
    expectBytes(await reading, pattern(300_000));
    await echoing;
    near.drop();
    far.drop();
    server.close();
  });
});
