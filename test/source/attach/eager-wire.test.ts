/** Messages sent ahead in parts must still be whole messages for a server. */
import type { Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { EagerWire } from '../../../src/source/attach/eager-wire.ts';

const open: (WebSocket | WebSocketServer)[] = [];
afterEach(() => {
  for (const one of open.splice(0)) {
    if (one instanceof WebSocket) one.terminate();
    else one.close();
  }
});

/** Talks to a server that says `talk` times something before it echoes a message. */
async function conversation(talk: number, messages: string[]): Promise<string[]> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  open.push(server);
  const heard: string[] = [];
  server.on('connection', (peer) => {
    peer.on('message', (data: Buffer) => {
      // What means nothing is not answered to anybody.
      if (data.toString().trimStart().startsWith('{"id":0,')) return;
      heard.push(data.toString().trimStart());
      for (let i = 0; i < talk; i++) peer.send(`event ${i}`);
      peer.send('echo');
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const client = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  open.push(client);
  let wire: Socket | null = null;
  client.once('upgrade', (response) => {
    wire = response.socket;
  });
  await new Promise((resolve) => client.once('open', resolve));
  const eager = new EagerWire(wire!, () => true);
  for (const message of messages) {
    const echoed = new Promise<void>((resolve) => {
      client.on('message', (data: Buffer) => {
        if (data.toString() === 'echo') resolve();
      });
    });
    eager.send(message);
    await echoed;
    client.removeAllListeners('message');
  }
  return heard;
}

it.each([0, 1, 3, 40, 700])('all messages arrive whole, with %i events between', async (talk) => {
  const messages = [
    'a',
    'b'.repeat(125),
    'c'.repeat(126),
    'x'.repeat(1536),
    'y'.repeat(1537),
    'd'.repeat(70_000),
    'e',
    'ü'.repeat(300),
  ];
  expect((await conversation(talk, messages)).join('\n') === messages.join('\n')).toBe(true);
});
