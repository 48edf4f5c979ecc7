/** Chunks of bytes in, whole lines out; what comes after the last newline waits for the next chunk. */
import { StringDecoder } from 'node:string_decoder';

export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #maxLine: number;
  #rest: string[] = [];
  #restLength = 0;

  /** `maxLine` is in characters. */
  constructor(maxLine: number) {
    this.#maxLine = maxLine;
  }

  /** The lines that this chunk completes; null when a line is longer than allowed. */
  push(chunk: Buffer): string[] | null {
    const pieces = this.#decoder.write(chunk).split('\n');
    const last = pieces.pop() ?? '';
    const lines: string[] = [];
    for (const piece of pieces) {
      const line = this.#rest.length > 0 ? this.#rest.join('') + piece : piece;
      this.#rest = [];
      this.#restLength = 0;
      if (line !== '') lines.push(line);
    }
    this.#rest.push(last);
    this.#restLength += last.length;
    return this.#restLength > this.#maxLine ? null : lines;
  }
}
