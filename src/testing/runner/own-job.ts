import { AsyncResource } from 'node:async_hooks';
import { MessageChannel } from 'node:worker_threads';

/**
 * Runs a function as a job that is alone in its queue, from a turn of the event loop of its
 * own: when it is ended from outside, so are the jobs behind it and what lies below it on
 * the stack, and nothing of a test's runner must be there. A message starts it, for a timer
 * may be a played clock's, and is not safe to be ended in.
 */
export function ownJob<T>(body: () => T | PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    // What the caller has in its asynchronous context, the body has, too.
    const begin = AsyncResource.bind(() => {
      Promise.resolve().then(body).then(resolve, reject);
    });
    port1.once('message', () => {
      port1.close();
      begin();
    });
    port2.postMessage(null);
  });
}
