/**
 * One trace of a thread, from another: a slice of its wake graph, then the state at the
 * places of the loops in it. A thread in which nothing is woken at all although it burns is
 * inside one callback: that is looked into by pauses.
 */
import { type Place, type StateComparison, UNSEEN_STATE } from '../model/recording.ts';
import { hotFunctions, placeOf, type ProfiledFunction } from './hot-functions.ts';
import type { InspectorSession } from './inspector-session.ts';
import type { Traced, TracedLoop } from './loop-tracer.ts';
import { nameAt } from './nameless.ts';
import { BASE_URL, isOwnScript } from './own-scripts.ts';
import { evaluate, PauseControl } from './pause-control.ts';
import { examinePoll } from './pause-examination.ts';
import { examineSites } from './site-examination.ts';
import type { SiteState } from './site-sampler.ts';
import type { Sign } from './vital-signs.ts';
import type { SliceOptions } from './wake-slice.ts';
import { isNews } from './wire-news.ts';

/** A slice ends after so many events, or so long. */
const STARVED_SLICE = { maxEvents: 1500, maxMs: 80, hasLoopEvents: false };
const LOOP_SLICE = { maxEvents: 1200, maxMs: 150, hasLoopEvents: true };
/** Starting a process takes some tens of milliseconds, and some rounds of it must be seen. */
const BIRTHS_SLICE = { maxEvents: 3000, maxMs: 2500, hasLoopEvents: true };
const SLICES: Readonly<Record<Sign, SliceOptions>> = {
  starved: STARVED_SLICE,
  busy: LOOP_SLICE,
  turning: LOOP_SLICE,
  breeding: BIRTHS_SLICE,
};
/** Of five threads that want the core, it gets a fifth. */
const MOST_CROWDED = 5;
/** How often it is asked whether the slice is over. */
const ASK_MS = 8;
/** Fewer events than this in a thread that burns: it is inside one callback. */
const FEW_EVENTS = 8;
/** Loops of one slice whose state is looked at. */
const MAX_LOOPS = 2;

const NO_EXCHANGE = { sent: { count: 0, fresh: 0 }, received: { count: 0, fresh: 0 } };

export interface TraceOptions {
  session: InspectorSession;
  sign: Sign;
  /** An instrumented executor polls in the thread. */
  hasExecutor: boolean;
  /** It was seen to work several times in a row, and is only looked at briefly. */
  isKnownToWork: boolean;
  /** How long the thread has waited for a core so far, milliseconds. */
  waitedMs(): number;
  /** Asked again later: is the thread still inside the same run? */
  isStillStarved(): boolean;
  wait(ms: number): Promise<void>;
  isWanted(): boolean;
}

export interface JudgedLoop {
  loop: TracedLoop;
  state: StateComparison;
}

export interface LoopTrace {
  loops: JudgedLoop[];
}

export async function traceLoops(options: TraceOptions): Promise<LoopTrace> {
  const traced = await takeSlice(options);
  if (traced.events < FEW_EVENTS && options.sign === 'starved') {
    // A poll that does not return is the executor's source's to tell.
    return options.hasExecutor ? { loops: [] } : insideOneRun(options);
  }
  const { session, wait, isWanted } = options;
  const suspects = traced.loops.slice(0, MAX_LOOPS);
  if (suspects.length === 0) return { loops: [] };
  // One profile tells of all loops: starting the profiler is dear to a large program.
  const { hot, source } = await hotFunctions(session, isOwnScript, wait);
  const loops: JudgedLoop[] = [];
  for (const loop of suspects) {
    if (source !== null && !loop.isSource && loop.via !== 'io')
      await nameSource(session, loop, source);
    const { roundsPerSecond, fails } = loop;
    const sites = [...loop.sites, ...hot.map(({ url, line, column }) => ({ url, line, column }))];
    const states =
      sites.length === 0
        ? null
        : await examineSites({
            session,
            sites,
            roundsPerSecond,
            fails,
            isBrief: options.isKnownToWork,
            wait,
            isWanted,
          });
    if (loop.place !== null && loop.place.functionName === null)
      await nameByEnclosing(session, loop);
    loops.push({ loop, state: withNews(loop, together(states ?? [], loop.sites.length)) });
  }
  return { loops };
}

/** A callback without a name is called what the function is called that it is written in. */
export async function nameByEnclosing(session: InspectorSession, loop: TracedLoop): Promise<void> {
  const { raw, place } = loop;
  if (raw === null || place === null) return;
  const { enclosingFunction } = await import('./enclosing-function.ts');
  const control = new PauseControl(session);
  await session.post('Debugger.enable');
  try {
    const location = control.locate(raw);
    const text = location === null ? '' : await control.sourceOf(location.scriptId);
    const functionName = enclosingFunction(text, raw.line, raw.column);
    if (functionName === null) return;
    loop.place = { ...place, functionName };
    loop.name = functionName;
  } finally {
    await session.post('Debugger.disable').catch(() => {});
  }
}

/** A function that a stream calls for data, and that no hook saw, is what the loop asks. */
async function nameSource(
  session: InspectorSession,
  loop: TracedLoop,
  source: ProfiledFunction,
): Promise<void> {
  const place = await placeOf(session, source);
  if (place === null) return;
  if (loop.place !== null) loop.way.push({ name: loop.name, place: loop.place });
  loop.place = place;
  loop.name = nameAt(place);
  loop.isSource = true;
  loop.members.unshift({
    name: loop.name,
    place,
    runs: loop.runs,
    via: 'promise',
    isInternal: false,
  });
}

/** A slice lasts as long as it may while the thread has a core: on a crowded machine longer. */
async function takeSlice(options: TraceOptions): Promise<Traced> {
  const { session, sign, wait, isWanted, waitedMs } = options;
  const slice = SLICES[sign];
  const longestMs = slice.maxMs * MOST_CROWDED;
  await evaluate(
    session,
    `${session.agent}.tracer.begin(${JSON.stringify({ ...slice, maxMs: longestMs })})`,
  );
  const [startedAt, waitedAt] = [performance.now(), waitedMs()];
  let lastedMs = 0;
  let ranMs = 0;
  for (;;) {
    await wait(ASK_MS);
    lastedMs = performance.now() - startedAt;
    ranMs = lastedMs - (waitedMs() - waitedAt);
    if (ranMs >= slice.maxMs || lastedMs >= longestMs || !isWanted()) break;
    if (!(await evaluate<boolean>(session, `${session.agent}.tracer.isOn`))) break;
  }
  const traced = await evaluate<Traced>(session, `${session.agent}.tracer.end()`);
  // A run that waited for a core is no longer for it.
  const share = Math.min(1, Math.max(ranMs, 0) / lastedMs);
  for (const loop of traced.loops) loop.meanRunMs *= share;
  return traced;
}

/**
 * One site at which something moves toward an end makes the whole loop one that works. That
 * nothing does is complete where all was walked from each of its own sites, and no samples said
 * otherwise.
 */
export function together(states: readonly SiteState[], ownSites: number): StateComparison {
  const looked = states.filter(({ state }) => state.verdict !== 'unseen');
  const own = looked.filter(({ site }) => site < ownSites).map(({ state }) => state);
  const seen = looked.map(({ state }) => state);
  if (seen.length === 0) return UNSEEN_STATE;
  const { verdict, moved } = seen.reduce((a, b) => (RANK[b.verdict] > RANK[a.verdict] ? b : a));
  return {
    verdict,
    samples: seen.reduce((sum, { samples }) => sum + samples, 0),
    isComplete:
      own.length > 0 &&
      own.every((one) => one.isComplete) &&
      !seen.some(({ hasDissent }) => hasDissent),
    moved,
  };
}

/** What is sent, answered or awaited may be nowhere in the state, and yet is what the loop is for. */
function withNews(loop: TracedLoop, state: StateComparison): StateComparison {
  const { exchange, fails, bringsNews } = loop;
  if (fails || !(bringsNews || isNews(exchange))) return state;
  const path = bringsNews ? '(awaited)' : '(messages)';
  return { ...state, verdict: 'progress', moved: [{ path, as: 'payload' }] };
}

const RANK = { unseen: 0, same: 1, recurring: 2, counters: 3, progress: 4 } as const;

/** Looks into a thread by pauses alone. */
export async function insideOneRun({
  session,
  isStillStarved,
  isWanted,
  wait,
}: TraceOptions): Promise<LoopTrace> {
  const found = await examinePoll({
    session,
    own: { base: BASE_URL },
    isStillInside: () => isWanted() && isStillStarved(),
    wait,
    isBurning: true,
  });
  if (found === null) return { loops: [] };
  const { place, state, refills } = found;
  return { loops: [{ loop: { ...loopAt(place), refills }, state }] };
}

/** A loop within one callback, of which only the place is known. */
export function loopAt(place: Place | null): TracedLoop {
  return {
    name: nameAt(place),
    place,
    isInsideOneRun: true,
    refills: false,
    isSource: false,
    via: 'promise',
    way: [],
    members: [],
    sites: [],
    runs: 0,
    perSecond: 0,
    roundsPerSecond: 0,
    meanRunMs: 0,
    share: 1,
    busyShare: 1,
    alone: 1,
    birthsPerSecond: 0,
    fails: false,
    bringsNews: false,
    bringsData: false,
    exchange: NO_EXCHANGE,
    oddTimer: null,
    delayMs: null,
    isInterval: false,
    raw: null,
  };
}
