import { AsyncResource } from 'node:async_hooks';
import { MessageChannel } from 'node:worker_threads';

/**
 * Runs functions as jobs that are alone in their queue, each from a turn of the event loop of
 * its own: when one is ended from outside, so are the jobs behind it and what lies below it
 * on the stack, and nothing of a test's runner must be there. A message starts it, for a timer
 * may be a played clock's, and is not safe to be ended in.
 */
export class OwnJobs {
  readonly #here;
  readonly #there;
  readonly #waiting: (() => void)[] = [];

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#here = port1;
    this.#there = port2;
    port1.on('message', () => {
      const begin = this.#waiting.shift();
      if (this.#waiting.length === 0) port1.unref();
      begin?.();
    });
    port1.unref();
  }

  run<T>(body: () => T | PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // What the caller has in its asynchronous context, the body has, too.
      const begin = AsyncResource.bind(() => {
        Promise.resolve().then(body).then(resolve, reject);
      });
      this.#waiting.push(begin);
      this.#here.ref();
      this.#there.postMessage(null, []);
    });
  }
}
