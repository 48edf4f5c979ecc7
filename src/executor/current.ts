import type { Future } from '../core/future.ts';
import { ExecutorError } from './executor-error.ts';
import type { JoinHandle } from './join-handle.ts';

/** Options of one spawn. */
export interface SpawnOptions {
  /** For people: shows up in reports, errors and `liveTasks`. */
  name?: string;
  /** The function whose caller counts as the spawn location, for wrappers of `spawn`. Default: `spawn` itself. */
  below?: (...args: never[]) => unknown;
}

/** Anything that tasks can be spawned on. */
export interface Spawner {
  spawn<T>(future: Future<T>, options?: SpawnOptions): JoinHandle<T>;
}

// Executors that drive others from inside a poll keep the outer one in a local variable:
// the stack of current executors is the call stack.
let current: Spawner | null = null;

/** Says whose slice runs from here on; answers whose ran before (put it back after). */
export function enterExecutor(executor: Spawner | null): Spawner | null {
  const outer = current;
  current = executor;
  return outer;
}

/** The executor that is polling now, the innermost if they nest; null outside (`Handle::try_current`). */
export function currentExecutor(): Spawner | null {
  return current;
}

/**
 * Spawns on the executor that is polling now: port of `tokio::spawn`. Throws outside of a
 * poll, where tokio panics.
 */
export function spawn<T>(future: Future<T>, options?: SpawnOptions): JoinHandle<T> {
  if (current === null) {
    throw new ExecutorError(
      'NO_EXECUTOR',
      'spawn was called outside of a poll; call spawn of an Executor instead',
    );
  }
  return current.spawn(future, { ...options, below: options?.below ?? spawn });
}
