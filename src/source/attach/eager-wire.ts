/**
 * The sending half of a web socket to an inspector, which acknowledges at once what it says.
 *
 * Node's inspector leaves Nagle's algorithm on: what it says next waits until the last was
 * acknowledged, and our system puts that off by 40 ms. A program that has just stopped would
 * stand still for so long before we even know. An acknowledgement rides on any byte that we
 * send. So a message of a fixed length is begun in advance, with spaces, which mean nothing in
 * JSON: one byte of it goes out each time that something is heard, and the next request is its end.
 *
 * Lengths are written as the protocol demands, in no more bytes than they need: with eight,
 * closing the inspector afterwards ended the whole process on Node 22.
 */
import type { Socket } from 'node:net';

/** Length of a message that is begun in advance, and what of it is kept for the request. */
const LENGTH = 2048;
const KEPT = 1536;
/** A whole text message, masked by zeros, that is: not at all. */
const TEXT = 0x81;
const MASKED = 0x80;
const IN_TWO_BYTES = 126;
const IN_EIGHT_BYTES = 127;
const MASK = Buffer.alloc(4);

const BEGUN = Buffer.concat([headOf(LENGTH), Buffer.alloc(LENGTH - KEPT, ' ')]);
const HEAD_BYTES = headOf(LENGTH).length;
/** What ends a message that the next request does not fit into. */
const NOTHING = '{"id":0,"method":"Runtime.disable"}';

export class EagerWire {
  readonly #socket: Socket;
  #sent = 0;

  /** `isWanted` is asked each time; where it is no longer, a request must follow soon. */
  constructor(socket: Socket, isWanted: () => boolean) {
    this.#socket = socket;
    socket.on('data', () => {
      if (this.#sent >= BEGUN.length || socket.writableEnded || !isWanted()) return;
      socket.write(BEGUN.subarray(this.#sent, this.#sent + 1));
      this.#sent += 1;
    });
  }

  send(text: string): void {
    const payload = Buffer.from(text);
    if (this.#sent > 0 && payload.length <= KEPT) return this.#end(payload);
    if (this.#sent > 0) this.#end(Buffer.from(NOTHING));
    this.#socket.write(Buffer.concat([headOf(payload.length), payload]));
  }

  /** Ends the message that was begun. */
  #end(payload: Buffer): void {
    const sent = this.#sent;
    this.#sent = 0;
    const spaces = Buffer.alloc(LENGTH - payload.length - Math.max(0, sent - HEAD_BYTES), ' ');
    this.#socket.write(Buffer.concat([BEGUN.subarray(sent, HEAD_BYTES), spaces, payload]));
  }
}

function headOf(length: number): Buffer {
  if (length < IN_TWO_BYTES) return Buffer.concat([Buffer.of(TEXT, MASKED | length), MASK]);
  if (length < 2 ** 16) {
    const head = Buffer.of(TEXT, MASKED | IN_TWO_BYTES, 0, 0);
    head.writeUInt16BE(length, 2);
    return Buffer.concat([head, MASK]);
  }
  const head = Buffer.of(TEXT, MASKED | IN_EIGHT_BYTES, 0, 0, 0, 0, 0, 0, 0, 0);
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, MASK]);
}
