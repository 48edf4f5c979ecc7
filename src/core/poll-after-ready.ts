import { CoreError } from './error.ts';
import { coreObserver } from './progress.ts';

/** A future was polled after it had been Ready, or had thrown. In Rust: a panic. */
export class PolledAfterReadyError extends CoreError {
  constructor(future: object) {
    super(
      'POLLED_AFTER_READY',
      `${future.constructor.name} was polled after it was Ready: keep its value, or wrap it in fuse()`,
    );
  }
}

/** Tells the observer, then throws: the last word of every finished future of this package. */
export function polledAfterReady(future: object): never {
  coreObserver.polledAfterReady(future);
  throw new PolledAfterReadyError(future);
}
