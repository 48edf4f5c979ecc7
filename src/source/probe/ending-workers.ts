/**
 * A worker thread that is terminated must not be looked into any more: V8 forgets that it is
 * to end when the condition of a breakpoint is what hears of it, and a loop inside one
 * callback would go on for ever. So the row of a worker is freed by whoever terminates it,
 * and the thread is told again until it is over.
 */
import { Worker } from 'node:worker_threads';
import { rowOf } from './heart.ts';
import { HeartCell } from '../../model/heart-cells.ts';

/** By then the probe has let go. */
const AGAIN_MS = 100;

/** Node's own part of a worker; null once it is over. */
interface Handle {
  stopThread?(): void;
}

/** Watches `terminate` in this thread. */
export function watchTerminations(hearts: SharedArrayBuffer): void {
  const { terminate: original } = Worker.prototype;
  const terminate = {
    terminate(this: Worker, ...args: []) {
      const row = rowOf(hearts, this.threadId);
      if (row === null) return Reflect.apply(original, this, args);
      row[HeartCell.THREAD] = 0;
      const ended = Reflect.apply(original, this, args);
      const again = setInterval(() => handleOf(this)?.stopThread?.(), AGAIN_MS);
      again.unref();
      const stop = (): void => clearInterval(again);
      ended.then(stop, stop);
      return ended;
    },
  }.terminate;
  const { length } = original;
  Object.defineProperty(terminate, 'length', { value: length, configurable: true });
  const { enumerable = false } =
    Object.getOwnPropertyDescriptor(Worker.prototype, 'terminate') ?? {};
  Object.defineProperty(Worker.prototype, 'terminate', {
    value: terminate,
    configurable: true,
    enumerable,
    writable: true,
  });
}

function handleOf(worker: Worker): Handle | null {
  const symbol = Object.getOwnPropertySymbols(worker).find((s) => s.description === 'kHandle');
  return symbol === undefined
    ? null
    : ((worker as unknown as Record<symbol, Handle | null>)[symbol] ?? null);
}
