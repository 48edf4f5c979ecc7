/**
 * Ends a loop of promise jobs, microtasks or ticks in a thread whose event loop it starves,
 * and lets the program live on. What runs is terminated in a pause, once its stack is seen:
 * V8 then gives up the job and those queued behind it, and Node goes on with the next event.
 * Not below Node's timers: they lose count of what they were about, and Node aborts itself.
 */
import type { InspectorSession } from './inspector-session.ts';
import { type CallFrame, PauseControl } from './pause-control.ts';

/** A tick that was terminated behind its re-arming comes once more. */
const MAX_TRIES = 5;
/** In which the heart beats again. */
const SETTLE_MS = 100;

export interface BreakOptions {
  session: InspectorSession;
  isStillStarved(): boolean;
  wait(ms: number): Promise<void>;
}

/** True when the thread's event loop turns again. */
export async function breakLoop({ session, isStillStarved, wait }: BreakOptions): Promise<boolean> {
  const control = new PauseControl(session);
  await session.post('Debugger.enable');
  try {
    for (let tries = 0; tries < MAX_TRIES && isStillStarved(); tries++) {
      const frames = await control.pause();
      if (frames === null) return false;
      const terminateOnResume = frames.every(isSafe);
      await session.post('Debugger.resume', { terminateOnResume });
      await wait(SETTLE_MS);
    }
    return !isStillStarved();
  } finally {
    await session.post('Debugger.disable').catch(() => {});
  }
}

function isSafe({ url }: CallFrame): boolean {
  return url !== 'node:internal/timers';
}
