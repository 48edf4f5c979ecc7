/** As much of protobuf's wire format as pprof needs. What is cut or damaged ends the reading. */
import { SelfwakeError } from '../../../model/errors.ts';

export type Field = { number: number; value: number } | { number: number; bytes: Buffer };

/** The fields of one message, in their order. Numbers beyond 2^53 lose their last digits. */
export function* fieldsOf(message: Buffer): Generator<Field> {
  const cursor = { at: 0 };
  while (cursor.at < message.length) {
    const key = varint(message, cursor);
    const number = Math.floor(key / 8);
    if (number === 0) throw damaged();
    switch (key % 8) {
      case 0:
        yield { number, value: varint(message, cursor) };
        break;
      case 1:
        cursor.at += 8;
        break;
      case 2: {
        const length = varint(message, cursor);
        const from = cursor.at;
        cursor.at += length;
        if (cursor.at > message.length) throw damaged();
        yield { number, bytes: message.subarray(from, cursor.at) };
        break;
      }
      case 5:
        cursor.at += 4;
        break;
      default:
        throw damaged();
    }
  }
  if (cursor.at > message.length) throw damaged();
}

/** A packed list, or one value of it. */
export function* numbersIn(field: Field): Generator<number> {
  if ('value' in field) {
    yield field.value;
    return;
  }
  const cursor = { at: 0 };
  while (cursor.at < field.bytes.length) yield varint(field.bytes, cursor);
}

function varint(bytes: Buffer, cursor: { at: number }): number {
  let value = 0;
  let factor = 1;
  for (let i = 0; i < 10; i += 1) {
    const byte = bytes[cursor.at];
    if (byte === undefined) throw damaged();
    cursor.at += 1;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
    factor *= 128;
  }
  throw damaged();
}

function damaged(): SelfwakeError {
  return new SelfwakeError('profile-damaged', 'The profile is cut or damaged. Record it again.');
}
