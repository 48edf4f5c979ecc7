/**
 * A trace of a thread in which nothing can be hooked: what a profile, pauses and the state at the
 * hottest functions tell. Who wakes whom is not seen, so that of a loop over the event loop only
 * the function is named that burns, and nothing is proven.
 */
import { hotFunctions, placeOf } from '../../trace/hot-functions.ts';
import { isOwnScript } from '../../trace/own-scripts.ts';
import { examineSites } from '../../trace/site-examination.ts';
import {
  insideOneRun,
  loopAt,
  type LoopTrace,
  nameByEnclosing,
  together,
  type TraceOptions,
} from '../../trace/trace-loops.ts';

/** What is told of a segment that is traced like this. */
export const BARE_BLINDNESS =
  'the runtime lets nobody hook promises and timers, so that who wakes whom was not seen';

/** A function that is called again and again passes its place at least so often, per second. */
const ROUNDS_PER_SECOND = 20;

/** `hasJobs`: of a starved thread, whether promise jobs run in it: then it is in no one callback. */
export async function traceBare(options: TraceOptions, hasJobs: () => boolean): Promise<LoopTrace> {
  const isStarved = options.sign === 'starved';
  const { loops } = await (isStarved ? insideOneRun(options) : hottest(options));
  for (const { loop, state } of loops) {
    loop.isInsideOneRun &&= !hasJobs();
    state.isComplete = false;
  }
  return { loops };
}

async function hottest({ session, wait, isWanted }: TraceOptions): Promise<LoopTrace> {
  const { hot } = await hotFunctions(session, isOwnScript, wait);
  const [first] = hot;
  if (first === undefined) return { loops: [] };
  const sites = hot.map(({ url, line, column }) => ({ url, line, column }));
  const examination = { session, sites, wait, isWanted, fails: false, isBrief: false };
  const states = await examineSites({ ...examination, roundsPerSecond: ROUNDS_PER_SECOND });
  const state = together(states ?? [], sites.length);
  const place = await placeOf(session, first);
  // A profile alone accuses nobody: all that compute are in it.
  if (place === null || state.verdict === 'unseen') return { loops: [] };
  const loop = loopAt(place);
  loop.isInsideOneRun = false;
  loop.share = first.share;
  loop.raw = sites[0] ?? null;
  if (place.functionName === null) await nameByEnclosing(session, loop);
  return { loops: [{ loop, state }] };
}
