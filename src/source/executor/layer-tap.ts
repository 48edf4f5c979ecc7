/**
 * Watches the contract's methods of one object: each is shadowed by an own, hidden
 * property of the same name that calls the original and tells a listener how it went.
 * The object stays what it is (class, identity, private fields); taking the tap off
 * leaves no trace. Objects that cannot be extended are left alone.
 */
import { ReadBuf } from '../../core/io/read-buf.ts';
import { opaque } from '../../core/waker.ts';
import { pollMethodsOf } from '../../trace/object-graph.ts';

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
  /** `amount`: bytes read or accepted. `error` when it threw. */
  left(
    layer: TappedLayer,
    operation: TapOperation,
    result: number,
    amount: number,
    error: unknown,
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
      Object.defineProperty(wrapper, opaque, { value: true });
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
      return function pollReadTapped(this: object, ...args): unknown {
        const buf = args[1];
        const before = buf instanceof ReadBuf ? buf.peekFilled() : 0;
        listener.entered(layer);
        try {
          const answer = original.apply(this, args) as Answer;
          const grown = buf instanceof ReadBuf ? buf.peekFilled() - before : 1;
          const hadRoom = buf instanceof ReadBuf && buf.capacity > before;
          listener.left(layer, operation, resultOfRead(answer, grown, hadRoom), grown, undefined);
          return answer;
        } catch (error) {
          listener.left(layer, operation, TapResult.THREW, 0, error);
          throw error;
        }
      };
    }
    return function pollTapped(this: object, ...args): unknown {
      listener.entered(layer);
      try {
        const answer = original.apply(this, args) as Answer;
        const amount = typeof answer?.value === 'number' ? answer.value : 0;
        listener.left(layer, operation, resultOf(operation, answer, args[1]), amount, undefined);
        return answer;
      } catch (error) {
        listener.left(layer, operation, TapResult.THREW, 0, error);
        throw error;
      }
    };
  }
}

function resultOfRead(answer: Answer, grown: number, hadRoom: boolean): number {
  if (answer?.isReady !== true) return TapResult.PENDING;
  return grown > 0 || !hadRoom ? TapResult.READY : TapResult.FRUITLESS;
}

function resultOf(operation: TapOperation, answer: Answer, argument: unknown): number {
  if (answer?.isReady !== true) return TapResult.PENDING;
  const { value } = answer;
  const isFruitless =
    (operation === 'write' && value === 0 && (argument as Uint8Array | undefined)?.length !== 0) ||
    (operation === 'fill' && value instanceof Uint8Array && value.length === 0) ||
    (operation === 'next' && isNothing(value as { done?: unknown; value?: unknown } | undefined));
  return isFruitless ? TapResult.FRUITLESS : TapResult.READY;
}

/** The end, or an item that is empty. */
function isNothing(next: { done?: unknown; value?: unknown } | undefined): boolean {
  if (next?.done === true) return true;
  const { value } = next ?? {};
  if (typeof value === 'string' || Array.isArray(value)) return value.length === 0;
  return ArrayBuffer.isView(value) && value.byteLength === 0;
}
