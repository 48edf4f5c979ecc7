/**
 * Watches the contract's methods of one object: each is shadowed by an own, hidden
 * property of the same name that calls the original and tells a listener how it went.
 * The object stays what it is (class, identity, private fields); taking the tap off
 * leaves no trace. Objects that cannot be extended are left alone.
 */
import { ReadBuf } from '../../core/io/read-buf.ts';
import { pollMethodsOf } from '../../trace/object-graph.ts';
import { noteWrapper } from '../../trace/wrapped.ts';
import { isNothing } from './answers.ts';

/** How one call of a poll method went. */
export const TapResult = {
  PENDING: 0,
  /** Ready, and something came of it, or nothing is known against it. */
  READY: 1,
  /** Ready without progress: no byte, nothing accepted, the end again. */
  FRUITLESS: 2,
  THREW: 3,
} as const;

export type TapOperation = 'poll' | 'read' | 'write' | 'fill' | 'next';

export interface TapListener {
  entered(layer: TappedLayer): void;
  /** `amount`: bytes read or accepted. `outcome`: the value, or what was thrown. */
  left(
    layer: TappedLayer,
    operation: TapOperation,
    result: number,
    amount: number,
    outcome: unknown,
  ): void;
}

/** A method of the contract, as it is called: the receiver, then a context and what it takes. */
export type PollMethod = (this: object, ...args: unknown[]) => unknown;

const OPERATIONS: Readonly<Record<string, TapOperation>> = {
  pollRead: 'read',
  pollWrite: 'write',
  pollFillBuf: 'fill',
  pollNext: 'next',
  pollRecv: 'next',
};

interface Answer {
  isReady?: unknown;
  value?: unknown;
}

/** A tapped object. `unit` is for the listener's own use. */
export class TappedLayer {
  readonly target: object;
  unit = 0;
  readonly #saved = new Map<string, PropertyDescriptor | null>();

  constructor(target: object) {
    this.target = target;
  }

  /** The methods as they were, by name. */
  readonly originals = new Map<string, PollMethod>();

  /** Shadows the methods; false when the object does not allow it. */
  install(listener: TapListener): boolean {
    if (!Object.isExtensible(this.target)) return false;
    for (const name of pollMethodsOf(this.target)) {
      const own = Object.getOwnPropertyDescriptor(this.target, name);
      if (own && !own.configurable) continue;
      const original = (this.target as Record<string, unknown>)[name] as PollMethod;
      this.originals.set(name, original);
      this.#saved.set(name, own ?? null);
      const wrapper = this.#wrap(original, OPERATIONS[name] ?? 'poll', listener);
      noteWrapper(wrapper, original);
      Object.defineProperty(this.target, name, {
        value: wrapper,
        configurable: true,
        writable: true,
        enumerable: own?.enumerable ?? false,
      });
    }
    return this.#saved.size > 0;
  }

  remove(): void {
    for (const [name, own] of this.#saved) {
      if (own) Object.defineProperty(this.target, name, own);
      else Reflect.deleteProperty(this.target, name);
    }
    this.#saved.clear();
  }

  #wrap(original: PollMethod, operation: TapOperation, listener: TapListener): PollMethod {
    const layer = this;
    if (operation === 'read') {
      return function tappedRead(this: object, ...args): unknown {
        const into = args[1];
        const before = into instanceof ReadBuf ? into.peekFilled() : 0;
        listener.entered(layer);
        try {
          const answer = original.apply(this, args) as Answer;
          const grown = into instanceof ReadBuf ? into.peekFilled() - before : sizeOf(answer);
          const room = into instanceof ReadBuf ? into.capacity - before : sizeOf({ value: into });
          listener.left(layer, operation, resultOfRead(answer, grown, room), grown, answer?.value);
          return answer;
        } catch (error) {
          listener.left(layer, operation, TapResult.THREW, 0, error);
          throw error;
        }
      };
    }
    return function tapped(this: object, ...args): unknown {
      listener.entered(layer);
      try {
        const answer = original.apply(this, args) as Answer;
        const amount = typeof answer?.value === 'number' ? answer.value : 0;
        const result = resultOf(operation, answer, args[1]);
        listener.left(layer, operation, result, amount, answer?.value);
        return answer;
      } catch (error) {
        listener.left(layer, operation, TapResult.THREW, 0, error);
        throw error;
      }
    };
  }
}

/** Of a read without a ReadBuf: the number or the bytes that it answered; 1 where neither is known. */
function sizeOf({ value }: Answer): number {
  if (typeof value === 'number') return value;
  return ArrayBuffer.isView(value) ? value.byteLength : 1;
}

function resultOfRead(answer: Answer, grown: number, room: number): number {
  if (answer?.isReady !== true) return TapResult.PENDING;
  return grown > 0 || room === 0 ? TapResult.READY : TapResult.FRUITLESS;
}

function resultOf(operation: TapOperation, answer: Answer, argument: unknown): number {
  if (answer?.isReady !== true) return TapResult.PENDING;
  const { value } = answer;
  const isFruitless =
    (operation === 'write' && value === 0 && (argument as Uint8Array | undefined)?.length !== 0) ||
    (operation === 'fill' && value instanceof Uint8Array && value.length === 0) ||
    (operation === 'next' && isNothing(value));
  return isFruitless ? TapResult.FRUITLESS : TapResult.READY;
}
