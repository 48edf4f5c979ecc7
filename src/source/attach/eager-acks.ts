/**
 * Acknowledges what an inspector says at once. Node's inspector leaves Nagle's algorithm on:
 * what it says next waits until the last was acknowledged, and our system puts that off by
 * 40 ms. A program that has just stopped would stand still for so long before we even know.
 * An acknowledgement rides on any byte that we send, and the first bytes of the next message
 * are known in advance: those of its frame, if its length is written in full. So after
 * everything that is heard, one of them is sent ahead.
 */
import type { Socket } from 'node:net';

/** A whole text message, masked, its length in eight bytes; the upper five are always 0. */
const AHEAD = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0]);
const IN_TWO_BYTES = 126;
const IN_EIGHT_BYTES = 127;
const MASK_BYTES = 4;
/** Two, and the length. */
const HEAD_BYTES = 10;

/**
 * To be called once the connection speaks web socket, before a message. `isNodes`: Node's own
 * inspector takes a length that is written in more bytes than it needs; of another only the
 * first byte of a message is known.
 */
export function acknowledgeAtOnce(socket: Socket, isNodes: boolean): void {
  const write = socket.write.bind(socket);
  const most = isNodes ? AHEAD.length : 1;
  let ahead = 0;
  /** Bytes of a message that are still to come from our side. */
  let remaining = 0;
  socket.on('data', () => {
    if (remaining > 0 || ahead >= most || socket.writableEnded) return;
    write(AHEAD.subarray(ahead, ahead + 1));
    ahead += 1;
  });
  socket.write = (chunk: Buffer, ...rest: never[]): boolean => {
    if (remaining > 0) {
      remaining -= chunk.length;
      return write(chunk, ...rest);
    }
    const { length, behind } = frameOf(chunk);
    remaining = length - (behind.length - MASK_BYTES);
    const sent = ahead;
    ahead = 0;
    if (!isNodes) return write(chunk.subarray(sent), ...rest);
    const head = Buffer.alloc(HEAD_BYTES);
    AHEAD.copy(head);
    head.writeUInt32BE(length, 6);
    return write(Buffer.concat([head.subarray(sent), behind]), ...rest);
  };
}

/** A frame as `ws` writes it: how long its payload is, and what follows that. */
function frameOf(chunk: Buffer): { length: number; behind: Buffer } {
  const said = chunk.readUInt8(1) & 0x7f;
  if (said === IN_TWO_BYTES) return { length: chunk.readUInt16BE(2), behind: chunk.subarray(4) };
  if (said !== IN_EIGHT_BYTES) return { length: said, behind: chunk.subarray(2) };
  return { length: Number(chunk.readBigUInt64BE(2)), behind: chunk.subarray(10) };
}
