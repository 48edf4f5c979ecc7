/**
 * Which frame owns a loop. What pauses have in common is not enough: a loop that calls the
 * same function each time round is always seen inside that function. So the places at
 * which frames stand are observed for a while. A frame outside the loop stands where it
 * stood; the loop's own frame passes its place again and again, and so do those that it
 * calls: the owner is the outermost that moves.
 *
 * Stepping out would tell the same, but Node 22 answers nothing any more once a thread
 * steps through a loop without calls.
 */
import { AGENT_EXPRESSION } from './pause-agent.ts';
import type { CallFrame, Location, PauseControl } from './pause-control.ts';
import { framesOfPoll, isSameFunction, isUserFrame, type OwnCode } from './pause-frames.ts';

/** Pauses that are compared, milliseconds apart. */
const LOOKS = 3;
const BETWEEN_LOOKS_MS = 6;

/** How long places are observed: a frame that has not moved by then is outside the loop. */
const OBSERVED_MS = 60;

/** Places observed: of each frame where it stood, and some after where the innermost stood. */
const MAX_PLACES = 40;
const PLACES_AFTER_INNERMOST = 6;

export interface LoopOwner {
  frame: CallFrame;
  /** Its depth counted from the outermost frame, which all pauses have in common. */
  depth: number;
  /** The place in it that was passed most; null when none was, as in `for (;;);`. */
  place: Location | null;
}

/** How the search runs: see `pause-examination.ts`. */
export interface OwnerSearch {
  own: OwnCode;
  isStillInside(): boolean;
  wait(ms: number): Promise<void>;
}

interface Place {
  depth: number;
  location: Location;
}

/** Begins and ends with the thread running. Null when no frame of the poll stayed. */
export async function findLoopOwner(
  control: PauseControl,
  search: OwnerSearch,
): Promise<LoopOwner | null> {
  const looks: CallFrame[][] = [];
  for (let i = 0; i < LOOKS; i++) {
    if (i > 0) await search.wait(BETWEEN_LOOKS_MS);
    const frames = await control.pause();
    if (frames === null) return null;
    looks.push(frames);
    await control.resume();
    if (!search.isStillInside()) return null;
  }
  const common = commonFrames(looks, search.own);
  const innermost = common.at(-1);
  if (innermost === undefined) return null;
  const places = await placesOf(control, common, looks);
  const passes = await countPasses(control, places, search);
  const moved = places
    .map((place, i) => ({ ...place, passes: passes[i] ?? 0 }))
    .filter((place) => place.passes > 0);
  if (moved.length === 0) return { ...innermost, place: null };
  const depth = Math.min(...moved.map((place) => place.depth));
  const own = moved.filter((place) => place.depth === depth);
  const most = own.reduce((best, place) => (place.passes > best.passes ? place : best));
  const owner = common.find((frame) => frame.depth === depth)!;
  return { ...owner, place: most.location };
}

interface DeepFrame {
  depth: number;
  frame: CallFrame;
}

/** User frames of the poll that every look has at the same depth, outermost first. */
function commonFrames(looks: readonly CallFrame[][], own: OwnCode): DeepFrame[] {
  const first = looks[0]!;
  const inPoll = framesOfPoll(first, own);
  const common: DeepFrame[] = [];
  for (let index = inPoll - 1; index >= 0; index--) {
    const frame = first[index]!;
    const depth = first.length - index;
    const isCommon = looks.every((frames) => isSameFunction(frames[frames.length - depth], frame));
    if (!isCommon) break;
    if (isUserFrame(frame, own)) common.push({ depth, frame });
  }
  return common;
}

async function placesOf(
  control: PauseControl,
  common: readonly DeepFrame[],
  looks: readonly CallFrame[][],
): Promise<Place[]> {
  const places = new Map<string, Place>();
  const add = (depth: number, location: Location): void => {
    const { scriptId, lineNumber, columnNumber } = location;
    if (places.size >= MAX_PLACES) return;
    places.set(`${scriptId}:${lineNumber}:${columnNumber}`, { depth, location });
  };
  for (const frames of looks) {
    for (const { depth } of common) {
      const index = frames.length - depth;
      const { location } = frames[index]!;
      add(depth, location);
      // A pause lands at the head of a loop, where no breakpoint can stand.
      if (index > 0) continue;
      const after = await control.stoppingPlaces(location);
      for (const place of after.slice(0, PLACES_AFTER_INNERMOST)) add(depth, place);
    }
  }
  return [...places.values()];
}

async function countPasses(
  control: PauseControl,
  places: readonly Place[],
  { wait, isStillInside }: OwnerSearch,
): Promise<number[]> {
  const ends: (() => Promise<void>)[] = [];
  for (const [i, { location }] of places.entries()) {
    const end = await control.observe(location, `${AGENT_EXPRESSION}.sampler.pass(${i})`);
    if (end !== null) ends.push(end);
  }
  await wait(OBSERVED_MS);
  for (const end of ends) await end();
  const frames = isStillInside() ? await control.pause() : null;
  if (frames === null) return [];
  const passes = await control.evaluate<number[]>(
    frames[0]!,
    `${AGENT_EXPRESSION}.sampler.takePasses(${places.length})`,
  );
  await control.resume();
  return passes;
}
