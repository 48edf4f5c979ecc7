/**
 * The file of `--record`: lines appended as they come, so that a kill loses nothing that
 * was said. When the disk says no, the run goes on without it, and says so once.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { reasonOf, SelfwakeError } from '../model/errors.ts';
import type { Line } from '../model/recording.ts';
import { writeLine } from '../model/write-line.ts';

export class RecordFile {
  readonly #path: string;
  readonly #onFailure: (error: SelfwakeError) => void;
  #descriptor: number | null;

  /** Opens and empties the file. Throws `cannot-record` where it cannot be written. */
  constructor(path: string, onFailure: (error: SelfwakeError) => void) {
    this.#path = path;
    this.#onFailure = onFailure;
    try {
      this.#descriptor = openSync(path, 'w');
    } catch (cause) {
      throw new SelfwakeError(
        'cannot-record',
        `Cannot write the recording ${path}: ${reasonOf(cause)}. Choose another file for --record.`,
        { cause },
      );
    }
  }

  append(line: Line): void {
    if (this.#descriptor === null) return;
    const bytes = Buffer.from(writeLine(line));
    try {
      let written = 0;
      while (written < bytes.length) {
        written += writeSync(this.#descriptor, bytes, written);
      }
    } catch (cause) {
      this.close();
      this.#onFailure(
        new SelfwakeError(
          'recording-cut',
          `The recording ${this.#path} ends here: ${reasonOf(cause)}. The run goes on; ` +
            'what was written so far can be judged with `selfwake report`.',
          { cause },
        ),
      );
    }
  }

  close(): void {
    if (this.#descriptor === null) return;
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    try {
      closeSync(descriptor);
    } catch {
      // A full disk may speak up only now; append() has said it, or nothing was lost.
    }
  }
}
