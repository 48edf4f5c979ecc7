/**
 * Acknowledges what an inspector says at once. Node's inspector leaves Nagle's algorithm on:
 * what it says next waits until the last was acknowledged, and our system puts that off by
 * 40 ms. A program that has just stopped would stand still for so long before we even know.
 * An acknowledgement rides on any byte that we send, and the first byte of the next message is
 * known in advance: so it is sent ahead, as soon as something is heard.
 *
 * One byte, and not more of a frame's head: with a length that is written in more bytes than it
 * needs, closing the inspector ends the whole process on Node 22. And only while it matters.
 */
import type { Socket } from 'node:net';

/** A whole text message begins with it. */
const FIRST_BYTE = 0x81;
const IN_TWO_BYTES = 126;
const IN_EIGHT_BYTES = 127;
/** Between the length and what is said. */
const MASK_BYTES = 4;

/**
 * To be called once the connection speaks web socket, before a message. `isWanted` is asked each
 * time; where it is no longer, a message must follow soon, which ends what was sent ahead.
 */
export function acknowledgeAtOnce(socket: Socket, isWanted: () => boolean): void {
  const write = socket.write.bind(socket);
  let isAhead = false;
  /** Bytes of a message that are still to come from our side. */
  let remaining = 0;
  socket.on('data', () => {
    if (isAhead || remaining > 0 || socket.writableEnded || !isWanted()) return;
    isAhead = true;
    write(Buffer.of(FIRST_BYTE));
  });
  socket.write = (chunk: Buffer, ...rest: never[]): boolean => {
    if (remaining > 0) {
      remaining -= chunk.length;
      return write(chunk, ...rest);
    }
    remaining = frameLength(chunk) - chunk.length;
    const skipped = isAhead ? 1 : 0;
    isAhead = false;
    return write(chunk.subarray(skipped), ...rest);
  };
}

/** Of a whole message as `ws` writes it, from its first bytes. */
function frameLength(chunk: Buffer): number {
  const said = chunk.readUInt8(1) & 0x7f;
  if (said === IN_TWO_BYTES) return 4 + MASK_BYTES + chunk.readUInt16BE(2);
  if (said === IN_EIGHT_BYTES) return 10 + MASK_BYTES + Number(chunk.readBigUInt64BE(2));
  return 2 + MASK_BYTES + said;
}
