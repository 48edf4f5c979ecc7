import { ownJob } from './own-job.ts';
import { type Found, TestWatch } from './test-watch.ts';

/**
 * Runs a function, watched: what spun in it, or null. It answers as soon as something was
 * found, and ends what starves the event loop; else when the function is done.
 */
export async function busyLoopOf(body: () => unknown): Promise<Found | null> {
  const scope = TestWatch.start().openScope();
  try {
    await Promise.race([ownJob(body), scope.found]);
  } catch (error) {
    await scope.end();
    throw error;
  }
  const [first = null] = await scope.end();
  return first;
}
