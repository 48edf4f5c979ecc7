/** The connection of an agent's thread to the parent: lines of JSON, in order, said once. */
import { connect, type Socket } from 'node:net';
import type { Line } from '../model/recording.ts';
import { writeLine } from '../model/write-line.ts';
import { LineSplitter } from '../model/read-lines.ts';
import type { BreakAnswer, BreakRequest } from './agent-messages.ts';
import type { SessionAddress } from './environment.ts';

/** Beyond this much unsent text new lines are dropped, oldest kept: they are cumulative, so later ones make up for them. */
const MAX_UNSENT = 64 * 1024 * 1024;

export class ParentConnection {
  readonly #socket: Socket;
  #isOpen = true;

  /** `onRequest`: the parent asks for something. `onGone`: nobody hears any more. */
  constructor(
    session: SessionAddress,
    onRequest: (request: BreakRequest) => void,
    onGone: () => void,
  ) {
    this.#socket = connect(session.socket);
    // The parent may be gone, which is no business of the watched program.
    this.#socket.on('error', () => this.#close());
    this.#socket.on('close', () => {
      this.#close();
      onGone();
    });
    const splitter = new LineSplitter();
    this.#socket.setEncoding('utf8').on('data', (text: unknown) => {
      for (const line of splitter.push(String(text))) onRequest(JSON.parse(line) as BreakRequest);
    });
    this.#socket.write(`${JSON.stringify({ token: session.token })}\n`);
  }

  send(lines: Line[]): void {
    if (!this.#isOpen || lines.length === 0 || this.#socket.writableLength > MAX_UNSENT) return;
    let text = '';
    for (const line of lines) text += writeLine(line);
    this.#socket.write(text);
  }

  answer(answer: BreakAnswer): void {
    if (this.#isOpen) this.#socket.write(`${JSON.stringify(answer)}\n`);
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
