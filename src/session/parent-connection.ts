/** The connection of an agent's thread to the parent: lines of JSON, in order, said once. */
import { connect, type Socket } from 'node:net';
import type { Line } from '../model/recording.ts';
import { writeLine } from '../model/write-line.ts';
import type { SessionAddress } from './environment.ts';

/** Beyond this much unsent text new lines are dropped, oldest kept: they are cumulative, so later ones make up for them. */
const MAX_UNSENT = 64 * 1024 * 1024;

export class ParentConnection {
  readonly #socket: Socket;
  #isOpen = true;

  constructor(session: SessionAddress) {
    this.#socket = connect(session.socket);
    // The parent may be gone, which is no business of the watched program.
    this.#socket.on('error', () => this.#close());
    this.#socket.on('close', () => this.#close());
    this.#socket.write(`${JSON.stringify({ token: session.token })}\n`);
  }

  send(lines: Line[]): void {
    if (!this.#isOpen || lines.length === 0 || this.#socket.writableLength > MAX_UNSENT) return;
    let text = '';
    for (const line of lines) text += writeLine(line);
    this.#socket.write(text);
  }

  /** Calls back when everything sent so far is with the operating system, or never will be. */
  flush(done: () => void): void {
    if (!this.#isOpen) {
      done();
      return;
    }
    this.#socket.write('', () => done());
  }

  #close(): void {
    this.#isOpen = false;
  }
}
