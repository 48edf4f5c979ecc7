/**
 * What the watched program prints while the live view has the terminal. It is shown in a page of
 * the view, and printed as it was when the view ends: the newest of it, in bounded room.
 */
import { StringDecoder } from 'node:string_decoder';
import { cleanCode } from '../../report/clean-text.ts';
import { grouped } from '../../report/paint.ts';

export type OutputStream = 'stdout' | 'stderr';

/** Some ten thousand lines. */
const MAX_BYTES = 1 << 20;
/** What a page of it shows. */
const SHOWN_BYTES = 1 << 16;
/** Colours would be cut, and what moves the cursor must not. */
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/g;

export class KeptOutput {
  #pieces: { stream: OutputStream; bytes: Buffer }[] = [];
  #bytes = 0;
  #dropped = 0;

  add(stream: OutputStream, bytes: Buffer): void {
    this.#pieces.push({ stream, bytes });
    this.#bytes += bytes.length;
    while (this.#bytes > MAX_BYTES && this.#pieces.length > 1) {
      const length = this.#pieces.shift()!.bytes.length;
      this.#bytes -= length;
      this.#dropped += length;
    }
  }

  /** The last of it, as text that can stand anywhere. */
  text(): string {
    const decoder = new StringDecoder('utf8');
    let text = '';
    let left = SHOWN_BYTES;
    const shown = this.#pieces.toReversed().filter(({ bytes }) => {
      left -= bytes.length;
      return left > 0;
    });
    for (const { bytes } of shown.toReversed()) text += decoder.write(bytes);
    if (text === '') return 'The program has printed nothing yet.';
    // A line that was written over is as it was last.
    const lines = text.replace(/\r\n/g, '\n').replace(ESCAPES, '').trimEnd().split('\n');
    return lines.map((line) => cleanCode(line.split('\r').at(-1)!)).join('\n');
  }

  /** Prints it to where it was meant for; nothing is left here. */
  release(write: (stream: OutputStream, bytes: Buffer) => void): void {
    if (this.#dropped > 0) {
      const note = `selfwake: ${grouped(this.#dropped)} bytes that the program printed before are not kept.\n`;
      write('stderr', Buffer.from(note));
    }
    for (const { stream, bytes } of this.#pieces) write(stream, bytes);
    this.#pieces = [];
    this.#bytes = 0;
    this.#dropped = 0;
  }
}
