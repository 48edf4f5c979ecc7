/** Chunks of text, cut anywhere, into whole lines. */

/** Longer lines are no recording: the largest real one is a few hundred kilobytes. */
const MAX_LINE_CHARS = 64 * 1024 * 1024;

export class LineSplitter {
  #parts: string[] = [];
  #length = 0;

  /** The lines that this chunk completes, without their ends; empty ones are left out. */
  push(chunk: string): string[] {
    const pieces = chunk.split('\n');
    const last = pieces.pop() ?? '';
    const lines: string[] = [];
    for (const piece of pieces) {
      this.#parts.push(piece);
      const line = this.takeRest();
      if (line !== '') lines.push(line);
    }
    this.#parts.push(last);
    this.#length += last.length;
    return lines;
  }

  /** True when the line that is still open is longer than any line of a recording. */
  get isOverlong(): boolean {
    return this.#length > MAX_LINE_CHARS;
  }

  /** What came after the last line's end, and is then forgotten. */
  takeRest(): string {
    const rest = this.#parts.join('').trim();
    this.#parts = [];
    this.#length = 0;
    return rest;
  }
}
