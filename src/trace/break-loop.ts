/**
 * Ends a loop of promise jobs, microtasks or ticks in a thread whose event loop it starves,
 * and lets the program live on. What runs is terminated in a pause, once its stack is seen:
 * V8 then gives up the job and those queued behind it, and Node goes on with the next event.
 * Not below Node's timers: they lose count of what they were about, and Node aborts itself.
 */
import { forgetAsyncIds } from './async-id-stack.ts';
import type { InspectorSession } from './inspector-session.ts';
import { AGENT_EXPRESSION } from './pause-agent.ts';
import { type CallFrame, PauseControl } from './pause-control.ts';

const TIMERS = 'node:internal/timers';
const JOBS = 'node:internal/process/task_queues';

/** Who wants to know of the end, before it comes. */
const TELL = `${AGENT_EXPRESSION}?.beforeBreak?.()`;

/** A tick that was terminated behind its re-arming comes once more. */
const MAX_TRIES = 15;
/** Pauses in which a frame of the program is looked for: of a round that does next to nothing, most is Node's own. */
const MAX_LOOKS = 100;
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
      const frames = await pausedInProgram(control);
      // A loop without a call may hear of a pause late, on Node 24.
      if (frames === null) continue;
      const terminateOnResume = isSafe(frames);
      if (terminateOnResume) {
        await session.post('Runtime.evaluate', { expression: TELL });
        await forgetAsyncIds(session);
      }
      await control.resume({ terminateOnResume });
      await wait(SETTLE_MS);
    }
    return !isStillStarved();
  } finally {
    await session.post('Debugger.disable').catch(() => {});
  }
}

/** A hook of Node's own that is terminated hands what ended it to the program, as if it were an error. */
async function pausedInProgram(control: PauseControl): Promise<CallFrame[] | null> {
  for (let looks = 1; ; looks += 1) {
    const frames = await control.pause();
    const isNodes = frames?.[0]?.url.startsWith('node:') === true;
    if (frames === null || !isNodes || looks === MAX_LOOKS) return frames;
    await control.resume();
  }
}

/** Jobs that Node runs between two timers leave neither of them half done. */
function isSafe(frames: readonly CallFrame[]): boolean {
  const timers = frames.findIndex(({ url }) => url === TIMERS);
  return timers === -1 || frames[timers - 1]?.url === JOBS;
}
