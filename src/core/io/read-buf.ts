/**
 * Port of `tokio::io::ReadBuf`: a byte buffer with a filled part that only grows.
 * A read made progress if, and only if, `filled` grew.
 *
 * Differences: JavaScript buffers are always initialised, so `initialized` and
 * `assume_init` are gone; `filled` of a fresh view allocates, `filledLength` does not.
 *
 * Because every reader must go through it, this class can tell what a read added
 * without wrapping anybody: see `BARREN_TOUCHES` in `progress.ts`.
 */
import {
  BARREN_TOUCHES_MARK,
  coreObserver,
  noteProgress,
  ProgressCell,
  progressCells,
} from '../progress.ts';

const BYTES_READ = ProgressCell.BYTES_READ;
const TOUCHES = ProgressCell.BARREN_TOUCHES;

function touched(): void {
  const touches = progressCells[TOUCHES]! + 1;
  progressCells[TOUCHES] = touches;
  if (touches % BARREN_TOUCHES_MARK === 0) coreObserver.barrenTouches();
}

export class ReadBuf {
  private readonly bytes: Uint8Array;
  private filledTo = 0;

  /** Reads into `bytes`, from its start. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** A buffer of its own of `capacity` bytes. */
  static alloc(capacity: number): ReadBuf {
    return new ReadBuf(new Uint8Array(capacity));
  }

  /** Bytes it can hold. */
  get capacity(): number {
    return this.bytes.length;
  }

  /** Bytes filled so far. */
  get filledLength(): number {
    touched();
    return this.filledTo;
  }

  /** {@link filledLength} for whoever only watches: it does not count as a touch. */
  peekFilled(): number {
    return this.filledTo;
  }

  /** Bytes that still fit. */
  get remaining(): number {
    touched();
    return this.bytes.length - this.filledTo;
  }

  /** A view of the filled part. */
  filled(): Uint8Array {
    touched();
    return this.bytes.subarray(0, this.filledTo);
  }

  /** A view of the free part; write into it, then {@link advance}. (`initialize_unfilled`) */
  unfilled(): Uint8Array {
    touched();
    return this.bytes.subarray(this.filledTo);
  }

  /** Says that `n` bytes of the free part were written. Throws RangeError past the capacity. */
  advance(n: number): void {
    this.setFilled(this.filledTo + n);
  }

  /** Sets the filled length, up or down. Only growth is progress. */
  setFilled(length: number): void {
    if (!(length >= 0 && length <= this.bytes.length)) {
      throw new RangeError(
        `filled length ${length} is outside the buffer's ${this.bytes.length} bytes`,
      );
    }
    const grown = length - this.filledTo;
    this.filledTo = length;
    if (grown > 0) {
      noteProgress(BYTES_READ, grown);
      progressCells[TOUCHES] = 0;
    }
  }

  /** Appends `bytes`. Throws RangeError when they do not fit. */
  putSlice(bytes: Uint8Array): void {
    if (bytes.length > this.bytes.length - this.filledTo) {
      throw new RangeError(
        `${bytes.length} bytes do not fit into the ${this.bytes.length - this.filledTo} that remain`,
      );
    }
    this.bytes.set(bytes, this.filledTo);
    if (bytes.length === 0) touched();
    else this.setFilled(this.filledTo + bytes.length);
  }

  /** Empties it for reuse. */
  clear(): void {
    touched();
    this.filledTo = 0;
  }

  /** A ReadBuf over at most `limit` bytes of the free part; `advance` this one by what it took. */
  take(limit: number): ReadBuf {
    const end = Math.min(this.bytes.length, this.filledTo + limit);
    return new ReadBuf(this.bytes.subarray(this.filledTo, end));
  }
}
