/**
 * Which frame owns a loop. What pauses have in common is not enough: a loop that calls the
 * same function each time round is always seen inside that function. So the places at
 * which frames stand are observed for a while. A frame outside the loop stands where it
 * stood; the loop's own frame passes its place again and again, and so do those that it
 * calls: the owner is the outermost that moves.
 */
import type { CallFrame, Location, PauseControl } from './pause-control.ts';
import { framesOfPoll, isSameFunction, isUserFrame, type OwnCode } from './pause-frames.ts';

/** How long places are observed: a frame that has not moved by then is outside the loop. */
const OBSERVED_MS = 60;

/** For the stop itself, on a busy machine. */
const SLACK_MS = 60;

/** Places observed: of each frame where it stood, and some before and after where the innermost stood. */
const MAX_PLACES = 40;
const PLACES_AROUND_INNERMOST = 6;

/** A frame by its depth counted from the outermost, which all pauses have in common. */
export interface DeepFrame {
  frame: CallFrame;
  depth: number;
}

export interface LoopOwner extends DeepFrame {
  /** The place in it that was passed most, and how often. */
  place: Location;
  passes: number;
}

interface Place {
  depth: number;
  location: Location;
}

/** User frames of the poll that every pause has at the same depth, outermost first. */
export function commonFrames(looks: readonly CallFrame[][], own: OwnCode): DeepFrame[] {
  const first = looks[0] ?? [];
  const common: DeepFrame[] = [];
  for (let index = framesOfPoll(first, own) - 1; index >= 0; index--) {
    const frame = first[index]!;
    const depth = first.length - index;
    const isCommon = looks.every((frames) => isSameFunction(frames[frames.length - depth], frame));
    if (!isCommon) break;
    if (isUserFrame(frame, own)) common.push({ depth, frame });
  }
  return common;
}

/** What observing the places came to. */
export interface OwnerSearch {
  /** Null when no place was passed: a loop without a place to stop at, or a long call. */
  owner: LoopOwner | null;
  /** The pause that the thread is in; null when it runs and hears nothing any more. */
  frames: CallFrame[] | null;
}

/** Called in the last pause of `looks`; leaves the thread as it answers. */
export async function findLoopOwner(
  control: PauseControl,
  common: readonly DeepFrame[],
  looks: readonly CallFrame[][],
): Promise<OwnerSearch> {
  const last = looks.at(-1)!;
  const places = await placesOf(control, common, looks);
  if (places.length === 0) return { owner: null, frames: last };
  await control.evaluate(`${control.agent}.sampler.begin(${OBSERVED_MS})`);
  const ends: (() => Promise<void>)[] = [];
  for (const [i, { location }] of places.entries()) {
    const end = await control.observe(location, `${control.agent}.sampler.pass(${i})`);
    if (end !== null) ends.push(end);
  }
  const frames = await control.runUntilStopped(OBSERVED_MS + SLACK_MS);
  if (frames === null) return { owner: null, frames };
  for (const end of ends) await end();
  const passes = await control.evaluate<number[]>(
    `${control.agent}.sampler.passes(${places.length})`,
  );
  return { owner: ownerOf(common, places, passes), frames };
}

function ownerOf(
  common: readonly DeepFrame[],
  places: readonly Place[],
  passes: readonly number[],
): LoopOwner | null {
  const moved = places
    .map((place, i) => ({ ...place, passes: passes[i] ?? 0 }))
    .filter((place) => place.passes > 0);
  if (moved.length === 0) return null;
  const depth = Math.min(...moved.map((place) => place.depth));
  const most = moved
    .filter((place) => place.depth === depth)
    .reduce((best, place) => (place.passes > best.passes ? place : best));
  const { frame } = common.find((one) => one.depth === depth)!;
  return { frame, depth, place: most.location, passes: most.passes };
}

async function placesOf(
  control: PauseControl,
  common: readonly DeepFrame[],
  looks: readonly CallFrame[][],
): Promise<Place[]> {
  const places = new Map<string, Place>();
  /** In the innermost function, which all looks have in common. */
  let all: Location[] | null = null;
  const add = (depth: number, location: Location): void => {
    const { scriptId, lineNumber, columnNumber } = location;
    if (places.size >= MAX_PLACES) return;
    places.set(`${scriptId}:${lineNumber}:${columnNumber}`, { depth, location });
  };
  for (const frames of looks) {
    for (const { depth } of common) {
      const index = frames.length - depth;
      const { location } = frames[index]!;
      if (index > 0) {
        add(depth, location);
        continue;
      }
      // A pause lands at the head or the end of a loop, where no breakpoint can stand. In a loop
      // that has no place at all (`for (;;);`) none may be tried: Node 26 crashes on it.
      const { functionLocation = location } = frames[index]!;
      all ??= await control.stoppingPlaces(functionLocation);
      const at = all.findIndex((place) => !isBefore(place, location));
      const next = at < 0 ? all.length : at;
      const [from, to] = [next - PLACES_AROUND_INNERMOST, next + PLACES_AROUND_INNERMOST];
      for (const place of all.slice(Math.max(0, from), to)) add(depth, place);
    }
  }
  return [...places.values()];
}

function isBefore(a: Location, b: Location): boolean {
  if (a.lineNumber !== b.lineNumber) return a.lineNumber < b.lineNumber;
  return (a.columnNumber ?? 0) < (b.columnNumber ?? 0);
}
