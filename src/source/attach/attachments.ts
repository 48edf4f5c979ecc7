/**
 * Who is attached to a program, kept inside of it, so that two people who attach at the same
 * time do not trip over each other: one holds it, the others wait; the last to leave closes an
 * inspector that was opened for any of them. A holder that fell silent has lost it.
 */
import { AttachKey } from './attach-protocol.ts';

/** Who has not been heard of for so long is gone. */
const GONE_MS = 5000;
/** One that waits asks several times a second. */
const WAITING_MS = 1500;

export class Attachments {
  #holder: { id: string; heardAtMs: number } | null = null;
  readonly #waiting = new Map<string, number>();
  #isOpenedForUs = false;
  /** Takes out what the holder before has left. */
  evict: () => void = () => {};

  /** True when `id` holds the program from now on; else it waits. */
  claim(id: string, isOpenedForUs: boolean, nowMs: number): boolean {
    this.#isOpenedForUs ||= isOpenedForUs;
    const isHeld = this.#holder !== null && nowMs - this.#holder.heardAtMs < GONE_MS;
    if (isHeld && this.#holder?.id !== id) {
      this.#waiting.set(id, nowMs);
      return false;
    }
    if (this.#holder !== null && this.#holder.id !== id) this.evict();
    this.#waiting.delete(id);
    this.#holder = { id, heardAtMs: nowMs };
    return true;
  }

  hear(id: string, nowMs: number): void {
    if (this.#holder?.id === id) this.#holder.heardAtMs = nowMs;
  }

  /** True when the inspector is to be closed: it was opened for us, and nobody waits for it. */
  leave(id: string, nowMs: number): boolean {
    if (this.#holder?.id === id) this.#holder = null;
    const isAwaited = [...this.#waiting.values()].some((atMs) => nowMs - atMs < WAITING_MS);
    if (isAwaited) return false;
    Reflect.deleteProperty(globalThis, Symbol.for(AttachKey.ATTACHMENTS));
    return this.#isOpenedForUs;
  }
}

/** Those of this program; made where there are none. */
export function attachmentsOf(host: object): Attachments {
  const key = Symbol.for(AttachKey.ATTACHMENTS);
  const known = (host as Record<symbol, unknown>)[key];
  if (known !== undefined) return known as Attachments;
  const value = new Attachments();
  Object.defineProperty(host, key, { value, configurable: true, enumerable: false });
  return value;
}
