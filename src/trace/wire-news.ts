/**
 * What goes over the wires of a loop, and whether any of it is new: a poll that is answered
 * the same again and again gets nowhere, however well each request goes; one that brings or
 * sends something else each time works. Of messages only hashes are kept, of what is left
 * without the parts that differ in any two: HTTP headers, ids, times.
 */
import { Buffer } from 'node:buffer';
import type { Exchange, Messages } from '../model/recording.ts';

/** So much of a message is looked at. */
const LOOKED_AT = 4096;
/** Messages that are remembered. */
const MAX_KNOWN = 2000;

/** Date and time, UUIDs, hashes and ids in hex, instants in milliseconds or microseconds. */
const PASSING =
  /\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.]*|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[0-9a-f]*\d)[0-9a-f]{16,}|\b1\d{12,18}\b/gi;
const HTTP_HEAD = /^(HTTP\/1\.\d \d+|[A-Z]+ \S+ HTTP\/1\.\d)/;

export class WireNews implements Messages {
  count = 0;
  fresh = 0;
  readonly #known = new Set<number>();

  /** A chunk of bytes or text; anything else is nobody's message. */
  add(chunk: unknown): void {
    const text = textOf(chunk);
    if (text === null) return;
    this.count += 1;
    const hash = hashOf(essence(text));
    if (this.#known.has(hash)) return;
    this.fresh += 1;
    if (this.#known.size < MAX_KNOWN) this.#known.add(hash);
  }
}

function textOf(chunk: unknown): string | null {
  if (typeof chunk === 'string') return chunk.slice(0, LOOKED_AT);
  if (!(chunk instanceof Uint8Array)) return null;
  const { buffer, byteOffset, length } = chunk;
  return Buffer.from(buffer, byteOffset, Math.min(length, LOOKED_AT)).toString('latin1');
}

/** A message without what differs in any two of its kind. */
function essence(text: string): string {
  const [head] = HTTP_HEAD.exec(text) ?? [];
  if (head === undefined) return text.replace(PASSING, '');
  const body = text.indexOf('\r\n\r\n');
  return `${head}${body < 0 ? '' : text.slice(body)}`.replace(PASSING, '');
}

/** So many messages in one direction tell whether they are news. */
const MIN_MESSAGES = 3;

/** Most of what was sent, or of what came, had not been there before: that is what the loop is for. */
export function isNews({ sent, received }: Exchange): boolean {
  const isFresh = ({ count, fresh }: Messages): boolean =>
    count >= MIN_MESSAGES && fresh * 2 > count;
  return isFresh(sent) || isFresh(received);
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
