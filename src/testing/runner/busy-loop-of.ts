import { type Found, TestWatch } from './test-watch.ts';

/**
 * Runs a function, watched: what spun in it, or null. It answers as soon as something was
 * found, and ends what starves the event loop; else when the function is done.
 */
export async function busyLoopOf(body: () => unknown): Promise<Found | null> {
  const watch = TestWatch.start();
  const scope = watch.openScope();
  try {
    await Promise.race([watch.runApart(body), scope.found]);
  } catch (error) {
    await scope.end();
    throw error;
  }
  const [first = null] = await scope.end();
  return first;
}
