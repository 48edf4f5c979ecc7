/**
 * Samples the state at the places of a loop, from another thread, in some bursts:
 *
 * 1. *Learn*: stop once at the first pass of each place, to see which names are in scope.
 * 2. *Burst*: breakpoints whose conditions take a digest and answer false, so that the
 *    thread runs on; the last one needed stops it, and all are taken off.
 * 3. *Wait* with the debugger off, and again. Then compare.
 *
 * A breakpoint is set and taken off in pauses only. Whatever fails, the thread runs on.
 */
import type { InspectorSession } from './inspector-session.ts';
import type { RawPlace } from './loop-tracer.ts';
import { type CallFrame, type Location, PauseControl } from './pause-control.ts';
import { scopeReaders } from './pause-scope.ts';
import type { SiteState } from './site-sampler.ts';
import { textAround } from './text-around.ts';

/** Milliseconds between the bursts. */
const BETWEEN_MS = [60, 120, 200];
/** So many bursts that show progress are enough. */
const WORKING_BURSTS = 2;
/** A burst lasts at most so long, or so many rounds of a slow loop. */
const BURST_MS = 40;
const BURST_ROUNDS = 14;
const LONGEST_BURST_MS = 600;
const LEARN_MS = 250;
/** Instances at one place are counted for so long. */
const SCOUT_MS = 25;
const LONGEST_SCOUT_MS = 250;
/** The thread stops itself when time is up; only one that passes no place must be stopped. */
const SLACK_MS = 150;

export interface SiteExaminationOptions {
  session: InspectorSession;
  sites: readonly RawPlace[];
  /** Rounds of the loop per second, while it was traced. */
  roundsPerSecond: number;
  /** It fails in most rounds. */
  fails: boolean;
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
  const { session, sites, roundsPerSecond, wait, isWanted } = options;
  const control = new PauseControl(session);
  const slow = Math.min(LONGEST_BURST_MS, (BURST_ROUNDS * 1000) / Math.max(roundsPerSecond, 1));
  const burstMs = Math.max(BURST_MS, slow);
  await session.post('Debugger.enable');
  try {
    const learned = await learn(control, options, Math.max(LEARN_MS, slow));
    if (learned === null || learned.length === 0) return null;
    if (!(await chooseInstances(control, learned))) return null;
    const texts = sites.map((_, index) => learned.find((one) => one.index === index)?.text ?? '');
    const compare = `${control.agent}.sites.compare(${JSON.stringify(texts)},${options.fails})`;
    let states: SiteState[] = [];
    for (let burst = 0; ; burst++) {
      if (!(await runBurst(control, learned, burstMs))) return null;
      states = await control.evaluate<SiteState[]>(compare);
      const isWorking = states.some(({ state }) => state.verdict === 'progress');
      const pause = BETWEEN_MS[burst];
      const isEnough = isWorking && burst + 1 >= WORKING_BURSTS;
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
      location &&
      (await control.observe(location, `${control.agent}.sites.isNew(${index},()=>this)`));
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
  return learned;
}

/**
 * Where many instances of a function pass a place, finds the one that passes most: with no
 * other breakpoint in the way, so that the others are not let past it. Begins and ends in a
 * pause; false when the thread did not stop any more.
 */
async function chooseInstances(
  control: PauseControl,
  sites: readonly LearnedSite[],
): Promise<boolean> {
  const crowded = await control.evaluate<number[]>(`${control.agent}.sites.crowded()`);
  for (const { index, location } of sites.filter((site) => crowded.includes(site.index))) {
    await control.evaluate(
      `${control.agent}.sites.beginScouting(${index},${SCOUT_MS},${LONGEST_SCOUT_MS})`,
    );
    const end = await control.observe(location, `${control.agent}.sites.scout(${index},()=>this)`);
    const stopped = await control.runUntilStopped(LONGEST_SCOUT_MS + SLACK_MS);
    if (stopped === null) return false;
    await end?.();
    await control.evaluate(`${control.agent}.sites.endScouting(${index})`);
  }
  return true;
}

/** Begins and ends in a pause; false when the thread did not stop any more. */
async function runBurst(
  control: PauseControl,
  sites: readonly LearnedSite[],
  burstMs: number,
): Promise<boolean> {
  await control.evaluate(`${control.agent}.sites.begin(${burstMs},${LONGEST_BURST_MS})`);
  const ends: (() => Promise<void>)[] = [];
  for (const { index, location, readers } of sites) {
    const end = await control.observe(location, `${control.agent}.sites.take(${index},${readers})`);
    if (end) ends.push(end);
  }
  const stopped = await control.runUntilStopped(LONGEST_BURST_MS + SLACK_MS);
  if (stopped === null) return false;
  for (const end of ends) await end();
  return true;
}
