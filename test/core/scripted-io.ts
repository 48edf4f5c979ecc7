import { expect } from 'vitest';
import {
  type AsyncRead,
  type AsyncWrite,
  type Context,
  Poll,
  type ReadBuf,
} from '../../src/core/index.ts';

/** What one read does: bytes, Pending (woken by hand), an error, or the end. */
export type ReadStep = Uint8Array | 'pending' | 'self-wake' | Error | 'end';

/** A reader that plays a script, and then is at its end. */
export class ScriptedReader implements AsyncRead {
  reads = 0;
  readonly #steps: ReadStep[];
  constructor(steps: readonly ReadStep[]) {
    this.#steps = [...steps];
  }
  pollRead(cx: Context, buf: ReadBuf): Poll<void> {
    this.reads += 1;
    const step = this.#steps[0];
    if (step instanceof Uint8Array) {
      const amount = Math.min(buf.remaining, step.length);
      buf.putSlice(step.subarray(0, amount));
      if (amount === step.length) this.#steps.shift();
      else this.#steps[0] = step.subarray(amount);
      return Poll.Ready();
    }
    this.#steps.shift();
    if (step instanceof Error) throw step;
    if (step === 'pending') return Poll.Pending;
    if (step === 'self-wake') {
      cx.waker.wakeByRef();
      return Poll.Pending;
    }
    return Poll.Ready();
  }
}

/** What one write accepts at most, Pending, or an error. */
export type WriteStep = number | 'self-wake' | Error;

/** A writer that plays a script, then takes everything; it logs the calls. */
export class ScriptedWriter implements AsyncWrite {
  readonly calls: string[] = [];
  readonly #chunks: Uint8Array[] = [];
  readonly #steps: WriteStep[];
  constructor(steps: readonly WriteStep[] = []) {
    this.#steps = [...steps];
  }
  get written(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#chunks));
  }
  pollWrite(cx: Context, bytes: Uint8Array): Poll<number> {
    const step = this.#steps.shift() ?? bytes.length;
    this.calls.push('write');
    if (step instanceof Error) throw step;
    if (step === 'self-wake') {
      cx.waker.wakeByRef();
      return Poll.Pending;
    }
    const amount = Math.min(step, bytes.length);
    this.#chunks.push(bytes.slice(0, amount));
    return Poll.Ready(amount);
  }
  pollFlush(): Poll<void> {
    this.calls.push('flush');
    return Poll.Ready();
  }
  pollShutdown(): Poll<void> {
    this.calls.push('shutdown');
    return Poll.Ready();
  }
}

/** `length` bytes that tell where they belong. */
export function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
}

/** The same bytes. Faster than comparing them as lists, which takes seconds for a megabyte. */
export function expectBytes(actual: Uint8Array, expected: Uint8Array): void {
  expect(actual.length).toBe(expected.length);
  if (Buffer.compare(actual, expected) === 0) return;
  const at = actual.findIndex((byte, index) => byte !== expected[index]);
  expect(actual.subarray(at, at + 16), `from byte ${at} on`).toEqual(
    expected.subarray(at, at + 16),
  );
}
