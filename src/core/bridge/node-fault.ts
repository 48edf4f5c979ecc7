import type { Readable, Writable } from 'node:stream';
import { IoError } from '../error.ts';

/** The one error of a Node stream: thrown by the first poll that meets it, then no more. */
export class NodeFault {
  readonly #stream: Readable | Writable;
  #isTaken = false;

  constructor(stream: Readable | Writable) {
    this.#stream = stream;
  }

  /** Throws the stream's error unless it was thrown before. */
  throwOnce(): void {
    const error = this.#stream.errored;
    if (this.#isTaken || error === null || error === undefined) return;
    this.#isTaken = true;
    throw error;
  }

  /** Throws, once, when the stream was destroyed without an error before it was through. */
  throwPrematureCloseOnce(): void {
    this.throwOnce();
    if (this.#isTaken) return;
    this.#isTaken = true;
    throw new IoError('PREMATURE_CLOSE', 'the stream was destroyed before it ended');
  }
}
