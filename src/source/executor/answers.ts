/** What a poll method answered: whether it is anything, and whether it is anything new. */

interface Answer {
  done?: unknown;
  value?: unknown;
}

/** No value, the end of a stream, nothing read or accepted, or an item that is empty. */
export function isNothing(answer: unknown): boolean {
  if (answer === undefined || answer === null || answer === 0) return true;
  const { done, value } = answer as Answer;
  return done === true || isEmpty(done === false ? value : answer);
}

function isEmpty(item: unknown): boolean {
  if (typeof item === 'string' || Array.isArray(item)) return item.length === 0;
  return ArrayBuffer.isView(item) && item.byteLength === 0;
}

/** Fields compared of two objects. */
const MAX_FIELDS = 32;

/** The same value, the same object, or another with the same plain fields or bytes. */
export function isSameAnswer(a: unknown, b: unknown, depth = 2): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (depth === 0 || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return bytesOf(a).equals(bytesOf(b));
  const names = Object.getOwnPropertyNames(a);
  if (names.length === 0 || names.length > MAX_FIELDS) return false;
  if (Object.getOwnPropertyNames(b).length !== names.length) return false;
  return names.every((name) => isSameAnswer(fieldOf(a, name), fieldOf(b, name), depth - 1));
}

/** Getters are not called. */
function fieldOf(object: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(object, name)?.value;
}

function bytesOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}
