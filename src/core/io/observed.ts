/**
 * Reads and writes through somebody else's reader or writer, and tells the observer what
 * they answered. Every helper of this package goes through here, so that an empty Ready of
 * a type that nobody wrapped is seen.
 */
import type { Context } from '../context.ts';
import { IoError } from '../error.ts';
import type { Poll } from '../poll.ts';
import { coreObserver, ProgressCell, progressCells } from '../progress.ts';
import type { ReadBuf } from './read-buf.ts';
import type { AsyncRead, AsyncWrite } from './traits.ts';

const EMPTY_READS = ProgressCell.EMPTY_READS;

/** `reader.pollRead(cx, buf)`, observed. */
export function observedRead(reader: AsyncRead, cx: Context, buf: ReadBuf): Poll<void> {
  const before = buf.peekFilled();
  const poll = reader.pollRead(cx, buf);
  if (poll.isReady) {
    const room = buf.capacity - before;
    const bytes = buf.peekFilled() - before;
    if (bytes === 0 && room > 0) progressCells[EMPTY_READS]! += 1;
    coreObserver.readReady(reader, bytes, room);
  }
  return poll;
}

/** `writer.pollWrite(cx, bytes)`, observed. Throws when more is accepted than was offered. */
export function observedWrite(writer: AsyncWrite, cx: Context, bytes: Uint8Array): Poll<number> {
  const poll = writer.pollWrite(cx, bytes);
  if (poll.isReady) {
    const accepted = poll.value;
    if (!(accepted >= 0 && accepted <= bytes.length)) {
      throw new IoError(
        'INVALID_DATA',
        `${writer.constructor.name}.pollWrite accepted ${accepted} of ${bytes.length} bytes`,
      );
    }
    coreObserver.writeReady(writer, accepted, bytes.length);
  }
  return poll;
}

/** The error of a writer that accepts nothing of what it is offered. */
export function writeZero(writer: AsyncWrite): IoError {
  return new IoError(
    'WRITE_ZERO',
    `${writer.constructor.name} accepted 0 bytes: it will take no more`,
  );
}
