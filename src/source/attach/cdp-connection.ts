/**
 * A connection to an inspector by its web address. `ws` carries the messages: Node has a client
 * of its own from 22 on only. What is left to do are numbered requests, some lines; a whole
 * protocol client would bring them together with the description of every domain of a browser.
 */
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { SelfwakeError } from '../../model/errors.ts';
import type { InspectorSession } from '../../trace/inspector-session.ts';
import { EagerWire } from './eager-wire.ts';

/** A thread that runs JavaScript answers within milliseconds, on a crowded machine in tenths of a second. */
const REPLY_MS = 3000;
const CONNECT_MS = 3000;
/** What a trace answers is some kilobytes, a script's text megabytes. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

interface Message {
  id?: number;
  method?: string;
  params?: never;
  result?: object;
  error?: { message: string };
}

type Answered = (message: Message) => void;

export class CdpConnection implements InspectorSession {
  readonly agent: string;
  /** Resolves when the other side is gone, or {@link close} was called. */
  readonly ended: Promise<void>;
  readonly #socket: WebSocket;
  readonly #wire: EagerWire;
  readonly #waiting = new Map<number, Answered>();
  readonly #listeners = new Map<string, (params: never) => void>();
  #lastId = 0;
  /** A debugger is on in one of the threads. */
  #isDebugging = false;

  private constructor(socket: WebSocket, agent: string, wire: Socket) {
    this.#socket = socket;
    this.#wire = new EagerWire(wire, () => this.#isDebugging);
    this.agent = agent;
    socket.binaryType = 'nodebuffer';
    socket.on('message', (data: Buffer) => this.#hear(data.toString()));
    socket.on('error', () => socket.terminate());
    this.ended = new Promise((resolve) => {
      socket.on('close', () => {
        for (const id of [...this.#waiting.keys()]) this.#answer(id, GONE);
        resolve();
      });
    });
  }

  /** Throws `cannot-attach` when nobody answers there. */
  static open(url: string, agent: string): Promise<CdpConnection> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, {
        perMessageDeflate: false,
        handshakeTimeout: CONNECT_MS,
        maxPayload: MAX_MESSAGE_BYTES,
        followRedirects: false,
        // It would come in the middle of a message that was begun.
        autoPong: false,
      });
      let wire: Socket;
      socket.once('upgrade', (response) => {
        wire = response.socket;
      });
      socket.once('open', () => resolve(new CdpConnection(socket, agent, wire)));
      socket.once('error', (cause) => {
        const message = `No inspector answers at ${url}: ${cause.message}.`;
        reject(new SelfwakeError('cannot-attach', message, { cause }));
      });
    });
  }

  post<Reply>(method: string, params: object = {}): Promise<Reply> {
    const id = ++this.#lastId;
    const text = JSON.stringify({ id, method, params });
    // In what is handed on to a worker, too.
    const switched = /Debugger\.(enable|disable)\b/.exec(text)?.[1];
    if (switched !== undefined) this.#isDebugging = switched === 'enable';
    return new Promise<Reply>((resolve, reject) => {
      const timer = setTimeout(() => this.#answer(id, noReply(method)), REPLY_MS);
      this.#waiting.set(id, ({ result, error }) => {
        clearTimeout(timer);
        if (error !== undefined) reject(new Error(error.message));
        else resolve((result ?? {}) as Reply);
      });
      if (this.#socket.readyState !== WebSocket.OPEN) return this.#answer(id, GONE);
      this.#wire.send(text);
    });
  }

  on<Params>(event: string, listener: (params: Params) => void): void {
    this.#listeners.set(event, listener);
  }

  close(): void {
    this.#socket.terminate();
  }

  #hear(text: string): void {
    const message = parsed(text);
    if (message === null) return;
    if (message.id !== undefined) this.#answer(message.id, message);
    else this.#listeners.get(message.method ?? '')?.(message.params as never);
  }

  #answer(id: number, message: Message): void {
    const answered = this.#waiting.get(id);
    this.#waiting.delete(id);
    answered?.(message);
  }
}

const GONE: Message = { error: { message: 'the inspector is gone' } };

function noReply(method: string): Message {
  return { error: { message: `${method} gave no reply` } };
}

function parsed(text: string): Message | null {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' ? message : null;
  } catch {
    return null;
  }
}
