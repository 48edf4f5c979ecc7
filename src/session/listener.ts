/**
 * The parent's ear: a local socket on which the agents of all watched threads and
 * processes say their lines. Nobody else can speak: the first line of a connection must
 * hold the session's token.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { SelfwakeError } from '../model/errors.ts';
import { parseLine } from '../model/parse-line.ts';
import { LineSplitter } from '../model/read-lines.ts';
import type { BreakAnswer, BreakRequest } from './agent-messages.ts';
import type { Line } from '../model/recording.ts';

export interface ListenerEvents {
  /** One line of one agent. */
  line(line: Line): void;
  /** What came of {@link Listener.ask}. */
  answer(answer: BreakAnswer): void;
  /** A connection ended, by the program's end or otherwise: these segments say no more. */
  gone(segments: string[]): void;
}

export interface Listener {
  socket: string;
  token: string;
  /** Asks the agent that introduced the segment; does nothing where it is gone. */
  ask(request: BreakRequest): void;
  /** How many connections proved themselves so far. */
  connections(): number;
  /** Resolves when no connection is open, or after `withinMs`. */
  drained(withinMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens the socket. Fails with `cannot-listen` where the system allows none. */
export async function listen(events: ListenerEvents): Promise<Listener> {
  const token = randomBytes(24).toString('hex');
  const { socket, folder } = await chooseAddress();
  const open = new Map<Socket, Conversation>();
  let proven = 0;
  let onQuiet: (() => void) | null = null;
  const server = createServer((connection) => {
    const talk = new Conversation(token, events, () => {
      proven += 1;
    });
    open.set(connection, talk);
    connection.on('data', (chunk) => {
      if (!talk.hear(chunk)) connection.destroy();
    });
    connection.on('error', () => connection.destroy());
    connection.on('close', () => {
      open.delete(connection);
      events.gone(talk.segments());
      if (open.size === 0) onQuiet?.();
    });
  });
  await start(server, socket);
  return {
    socket,
    token,
    ask: (request) => {
      for (const [connection, talk] of open) {
        if (!talk.segments().includes(request.segment)) continue;
        connection.write(`${JSON.stringify(request)}\n`);
      }
    },
    connections: () => proven,
    drained: (withinMs) =>
      new Promise((resolve) => {
        if (open.size === 0) return resolve();
        const timer = setTimeout(resolve, withinMs);
        onQuiet = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    close: async () => {
      for (const connection of open.keys()) connection.destroy();
      await new Promise((resolve) => server.close(resolve));
      if (folder !== null) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What one connection has said so far. */
class Conversation {
  readonly #token: string;
  readonly #events: ListenerEvents;
  readonly #onProven: () => void;
  readonly #decoder = new StringDecoder('utf8');
  readonly #splitter = new LineSplitter();
  readonly #segments = new Set<string>();
  #isProven = false;

  constructor(token: string, events: ListenerEvents, onProven: () => void) {
    this.#token = token;
    this.#events = events;
    this.#onProven = onProven;
  }

  segments(): string[] {
    return [...this.#segments];
  }

  /** False when the other side is to be cut off. */
  hear(chunk: Buffer): boolean {
    const lines = this.#splitter.push(this.#decoder.write(chunk));
    return !this.#splitter.isOverlong && lines.every((text) => this.#hearLine(text));
  }

  #hearLine(text: string): boolean {
    if (!this.#isProven) {
      this.#isProven = isSameToken(tokenIn(text), this.#token);
      if (this.#isProven) this.#onProven();
      return this.#isProven;
    }
    const answer = answerIn(text);
    if (answer !== null) {
      this.#events.answer(answer);
      return true;
    }
    const line = parsed(text);
    if (line === null) return true;
    if (line.type === 'segment') this.#segments.add(line.id);
    this.#events.line(line);
    return true;
  }
}

/** A line that is not of the agreed shape costs itself, not the run. */
function parsed(text: string): Line | null {
  try {
    return parseLine(text);
  } catch {
    return null;
  }
}

/** Answers are few, and no part of a recording. */
function answerIn(text: string): BreakAnswer | null {
  if (!text.startsWith('{"type":"broken"')) return null;
  try {
    const { segment, unitKey, isBroken } = JSON.parse(text) as Partial<BreakAnswer>;
    if (typeof segment !== 'string' || typeof unitKey !== 'string') return null;
    return { type: 'broken', segment, unitKey, isBroken: isBroken === true };
  } catch {
    return null;
  }
}

function tokenIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { token?: unknown } | null)?.token;
  } catch {
    return null;
  }
}

function isSameToken(said: unknown, token: string): boolean {
  if (typeof said !== 'string' || said.length !== token.length) return false;
  return timingSafeEqual(Buffer.from(said), Buffer.from(token));
}

/**
 * The whole of a Linux address. Of a shorter name Node 20 takes the zeros behind it for a part
 * of it, and later ones do not: they would not find each other.
 */
const ABSTRACT_NAME_LENGTH = 108;

/** Abstract names leave no file behind, whatever happens; only Linux has them. */
async function chooseAddress(): Promise<{ socket: string; folder: string | null }> {
  const name = `selfwake-${process.pid}-${randomBytes(6).toString('hex')}`;
  if (process.platform === 'linux') {
    return { socket: `\0${name}`.padEnd(ABSTRACT_NAME_LENGTH, '-'), folder: null };
  }
  if (process.platform === 'win32') return { socket: `\\\\.\\pipe\\${name}`, folder: null };
  const folder = await mkdtemp(join(tmpdir(), 'selfwake-'));
  return { socket: join(folder, 's'), folder };
}

function start(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new SelfwakeError(
          'cannot-listen',
          `Cannot open the local socket that the watched program reports to: ${cause.message}. ` +
            'Check that this environment allows local (unix) sockets.',
          { cause },
        ),
      );
    });
    server.listen(socket, () => resolve());
  });
}
