/**
 * Samples the state at the places of a loop, from another thread, in some bursts:
 *
 * 1. *Learn*: stop once at the first pass of each place, to see which names are in scope.
 * 2. *Burst*: breakpoints whose conditions take a digest and answer false, so that the
 *    thread runs on; the last one needed stops it, and all are taken off.
 * 3. *Wait* with the debugger off, and again. Then compare.
 * 4. Where all that gets on has been there before, a burst of passes *in a row* tells whether
 *    it comes round.
 *
 * A breakpoint is set and taken off in pauses only. Whatever fails, the thread runs on.
 */
import type { InspectorSession } from './inspector-session.ts';
import type { RawPlace } from './loop-tracer.ts';
import { type CallFrame, type Location, PauseControl } from './pause-control.ts';
import { scopeReaders } from './pause-scope.ts';
import type { Burst, SiteState } from './site-sampler.ts';
import { textAround } from './text-around.ts';

/** Milliseconds between the bursts. */
const BETWEEN_MS = [60, 120, 200];
/** So many bursts that show progress are enough; one where it is known. */
const WORKING_BURSTS = 2;
/** From this burst on the state is looked at thoroughly, if it did not move toward an end so far. */
const THOROUGH_FROM = 3;
/** A burst lasts at most so long, or so many rounds of a slow loop. */
const BURST_MS = 40;
const BURST_ROUNDS = 14;
const LONGEST_BURST_MS = 600;
/** Few rounds must do where each takes long: one that starts processes. */
const SLOWEST_BURST_MS = 2000;
const FEWEST_ROUNDS = 7;
const LEARN_MS = 250;
/** The thread stops itself when time is up; only one that passes no place must be stopped. */
const SLACK_MS = 150;

export interface SiteExaminationOptions {
  session: InspectorSession;
  sites: readonly RawPlace[];
  /** Rounds of the loop per second, while it was traced. */
  roundsPerSecond: number;
  /** It fails in most rounds. */
  fails: boolean;
  /** The first sign of progress is enough. */
  isBrief: boolean;
  wait(ms: number): Promise<void>;
  /** False when nobody wants to know any more. */
  isWanted(): boolean;
}

interface LearnedSite {
  index: number;
  location: Location;
  readers: string;
  /** Most of its function. */
  text: string;
}

/** What each place's state did; null when the thread could not be looked into. */
export async function examineSites(options: SiteExaminationOptions): Promise<SiteState[] | null> {
  const { session, sites, roundsPerSecond, isBrief, wait, isWanted } = options;
  const control = new PauseControl(session);
  const pace = paceOf(roundsPerSecond);
  await session.post('Debugger.enable');
  try {
    const passed = await learn(control, options, Math.max(LEARN_MS, pace.burstMs));
    if (passed === null || passed.length === 0) return null;
    const learned = await worthSampling(control, passed, pace);
    if (learned === null) return null;
    const texts = sites.map((_, index) => learned.find((one) => one.index === index)?.text ?? '');
    const compare = `${control.agent}.sites.compare(${JSON.stringify(texts)},${options.fails})`;
    let states: SiteState[] = [];
    for (let burst = 0; ; burst++) {
      const isThorough = burst >= THOROUGH_FROM && !isWorking(states);
      if (!(await runBurst(control, learned, pace, { isThorough }))) return null;
      states = await control.evaluate<SiteState[]>(compare);
      const pause = BETWEEN_MS[burst];
      let isEnough = isWorking(states) && burst + 1 >= (isBrief ? 1 : WORKING_BURSTS);
      const doubtful = isBrief ? [] : inDoubt(states, learned);
      if (isEnough && doubtful.length > 0) {
        if (!(await runBurst(control, doubtful, pace, { isRow: true }))) return null;
        states = await control.evaluate<SiteState[]>(compare);
        isEnough = isWorking(states);
      }
      if (pause === undefined || isEnough || !isWanted()) break;
      await control.resume();
      await wait(pause);
      if ((await control.pause()) === null) return null;
    }
    await control.evaluate(`${control.agent}.sites.end()`);
    await control.resume();
    return states;
  } finally {
    await session.post('Debugger.disable').catch(() => {});
  }
}

/** How long a burst takes, and at the most where the first place is passed seldom. */
interface Pace {
  burstMs: number;
  longestMs: number;
}

function paceOf(roundsPerSecond: number): Pace {
  const msOf = (rounds: number): number => (rounds * 1000) / Math.max(roundsPerSecond, 1);
  const longestMs = Math.max(LONGEST_BURST_MS, Math.min(SLOWEST_BURST_MS, msOf(FEWEST_ROUNDS)));
  return { burstMs: Math.max(BURST_MS, Math.min(longestMs, msOf(BURST_ROUNDS))), longestMs };
}

function isWorking(states: readonly SiteState[]): boolean {
  return states.some(({ state }) => state.verdict === 'progress');
}

/** Places at which what gets on may come round, where all that get on are such. */
function inDoubt(states: readonly SiteState[], learned: readonly LearnedSite[]): LearnedSite[] {
  const working = states.filter(({ state }) => state.verdict === 'progress');
  if (!working.every(({ mayRecur }) => mayRecur)) return [];
  return learned.filter(({ index }) => working.some(({ site }) => site === index));
}

/** Leaves the thread in a pause; null when it could not be stopped. */
async function learn(
  control: PauseControl,
  { session, sites }: SiteExaminationOptions,
  learnMs: number,
): Promise<LearnedSite[] | null> {
  let frames = await control.pause();
  if (frames === null) return null;
  await control.evaluate(`${control.agent}.sites.reset(${sites.length}, ${learnMs})`);
  const ends = new Map<number, () => Promise<void>>();
  for (const [index, site] of sites.entries()) {
    const location = control.locate(site);
    const end =
      location && (await control.observe(location, `${control.agent}.sites.isNew(${index})`));
    if (end) ends.set(index, end);
  }
  const learned: LearnedSite[] = [];
  const endsAt = performance.now() + learnMs;
  while (learned.length < ends.size && performance.now() < endsAt) {
    frames = await control.runUntilStopped(Math.max(endsAt - performance.now(), 0) + SLACK_MS);
    if (frames === null) return null;
    const top: CallFrame = frames[0]!;
    const index = await control.evaluate<number>(`${control.agent}.sites.hit`);
    if (index < 0) break;
    const { scriptId, lineNumber, columnNumber = 0 } = top.location;
    const text = textAround(await control.sourceOf(scriptId), lineNumber, columnNumber);
    const readers = await scopeReaders(session, top, { mentionedIn: text });
    learned.push({ index, location: top.location, readers, text });
  }
  for (const end of ends.values()) await end();
  return learned.sort((a, b) => a.index - b.index);
}

/**
 * All places, or the first alone where it is passed by many instances of a function: each
 * place more holds up those that do not go round, until they leave no time to the one that
 * does. Begins and ends in a pause; null when the thread did not stop any more.
 */
async function worthSampling(
  control: PauseControl,
  sites: readonly LearnedSite[],
  { longestMs }: Pace,
): Promise<readonly LearnedSite[] | null> {
  const { index, location } = sites[0]!;
  await control.evaluate(`${control.agent}.sites.beginScouting(${longestMs})`);
  const end = await control.observe(location, `${control.agent}.sites.scout(${index},()=>this)`);
  const stopped = await control.runUntilStopped(longestMs + SLACK_MS);
  if (stopped === null) return null;
  await end?.();
  const isFollowing = await control.evaluate<boolean>(
    `${control.agent}.sites.isFollowing(${index})`,
  );
  return isFollowing ? sites.slice(0, 1) : sites;
}

/** Begins and ends in a pause; false when the thread did not stop any more. */
async function runBurst(
  control: PauseControl,
  sites: readonly LearnedSite[],
  pace: Pace,
  kind: Pick<Burst, 'isThorough' | 'isRow'>,
): Promise<boolean> {
  const longestMs = pace.longestMs * (kind.isThorough === true ? 2 : 1);
  const burst: Burst = { leading: sites[0]!.index, ms: pace.burstMs, longestMs, ...kind };
  await control.evaluate(`${control.agent}.sites.begin(${JSON.stringify(burst)})`);
  const ends: (() => Promise<void>)[] = [];
  for (const { index, location, readers } of sites) {
    const end = await control.observe(location, `${control.agent}.sites.take(${index},${readers})`);
    if (end) ends.push(end);
  }
  const stopped = await control.runUntilStopped(longestMs + SLACK_MS);
  if (stopped === null) return false;
  for (const end of ends) await end();
  return true;
}
