/**
 * One line of a console recording, read where it lies: of the four kinds of lines that come by
 * the million, only the few bytes that differ are looked at. Any other line is left to JSON.
 */

export const EventKind = {
  OTHER: 0,
  ENTER: 1,
  EXIT: 2,
  WAKE: 3,
  CLONE: 4,
  DROP: 5,
  CLOSE: 6,
} as const;

const DIGIT_0 = 48;
const DIGIT_9 = 57;
const SECONDS = Buffer.from('"secs_since_epoch":');
const NANOS = Buffer.from(',"nanos_since_epoch":');

/** Ids of more digits may not fit a number. */
const SAFE_DIGITS = 15;

const HEADS: readonly [Buffer, number][] = [
  [Buffer.from('{"Enter":{"id":'), EventKind.ENTER],
  [Buffer.from('{"Exit":{"id":'), EventKind.EXIT],
  [Buffer.from('{"Waker":{"id":'), EventKind.WAKE],
  [Buffer.from('{"Close":{"id":'), EventKind.CLOSE],
];

export class EventScanner {
  kind: number = EventKind.OTHER;
  id: number | string = 0;
  /** The wake came from the task's own poll; and it was by value, which uses the waker up. */
  isSelfWake = false;
  isByValue = false;
  seconds = 0;
  nanos = 0;
  #at = 0;

  /** False for a line that is none of these; its `kind` is then OTHER. */
  scan(bytes: Buffer, from: number, to: number): boolean {
    this.kind = EventKind.OTHER;
    const head = headAt(bytes, from);
    if (head === null) return false;
    this.#at = from + head[0].length;
    if (!this.#readId(bytes, to)) return false;
    let kind = head[1];
    if (kind === EventKind.WAKE) {
      kind = this.#readOp(bytes, to);
      if (kind === EventKind.OTHER) return false;
    }
    if (!this.#readTime(bytes, to)) return false;
    this.kind = kind;
    return true;
  }

  #readId(bytes: Buffer, to: number): boolean {
    const from = this.#at;
    let value = 0;
    let at = from;
    for (; at < to; at += 1) {
      const byte = bytes[at]!;
      if (byte < DIGIT_0 || byte > DIGIT_9) break;
      value = value * 10 + byte - DIGIT_0;
    }
    this.id = at - from <= SAFE_DIGITS ? value : bytes.toString('latin1', from, at);
    this.#at = at;
    return at > from;
  }

  /** `,"op":"Clone"`, `,"op":"Drop"`, `,"op":{"Wake":{"self_wake":true}}`, `{"WakeByRef":…`. */
  #readOp(bytes: Buffer, to: number): number {
    const op = this.#at + 6;
    if (bytes[this.#at + 2] !== 0x6f || op + 4 > to) return EventKind.OTHER;
    if (bytes[op] === 0x22) {
      const letter = bytes[op + 1];
      return letter === 0x43 ? EventKind.CLONE : letter === 0x44 ? EventKind.DROP : EventKind.OTHER;
    }
    // {"Wake": or {"WakeByRef":
    if (bytes[op] !== 0x7b || bytes[op + 2] !== 0x57) return EventKind.OTHER;
    this.isByValue = bytes[op + 6] === 0x22;
    const value = op + (this.isByValue ? 21 : 26);
    this.isSelfWake = bytes[value] === 0x74;
    return bytes[value - 1] === 0x3a ? EventKind.WAKE : EventKind.OTHER;
  }

  #readTime(bytes: Buffer, to: number): boolean {
    // The instant ends the line: both numbers are found from there.
    let at = to - 1;
    while (at > this.#at && (bytes[at]! < DIGIT_0 || bytes[at]! > DIGIT_9)) at -= 1;
    const nanosEnd = at + 1;
    while (at > this.#at && bytes[at]! >= DIGIT_0 && bytes[at]! <= DIGIT_9) at -= 1;
    this.nanos = numberAt(bytes, at + 1, nanosEnd);
    const secondsEnd = at + 1 - NANOS.length;
    if (secondsEnd <= this.#at || bytes[secondsEnd] !== 0x2c) return false;
    at = secondsEnd - 1;
    while (at > this.#at && bytes[at]! >= DIGIT_0 && bytes[at]! <= DIGIT_9) at -= 1;
    this.seconds = numberAt(bytes, at + 1, secondsEnd);
    return bytes[at] === 0x3a && at - SECONDS.length >= this.#at - 2;
  }
}

function headAt(bytes: Buffer, from: number): readonly [Buffer, number] | null {
  for (const head of HEADS) {
    const text = head[0];
    // The third byte and the fourth tell the kinds apart; the rest makes sure.
    if (bytes[from + 2] !== text[2] || bytes[from + 3] !== text[3]) continue;
    return bytes.compare(text, 0, text.length, from, from + text.length) === 0 ? head : null;
  }
  return null;
}

function numberAt(bytes: Buffer, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 10 + bytes[at]! - DIGIT_0;
  return value;
}
