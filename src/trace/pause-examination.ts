/**
 * Looks into a thread that has been inside one poll for long, from another thread:
 *
 * 1. *Stop* it once, let the agent inside send what it has counted, see the stack.
 * 2. *Step out*, frame by frame: the first frame that does not return owns the loop. (What
 *    all pauses have in common is not enough: a loop that calls the same function each
 *    time round is always seen inside that function.)
 * 3. *Sample* the owner's state: a breakpoint whose condition records a digest and says
 *    false, at the place in the owner where pauses find it most, so that all samples are
 *    of the same place and times round are counted exactly.
 * 4. *Compare*, remove everything, detach.
 *
 * Each stop lasts some milliseconds; the whole some 300. Whatever fails, the thread runs on.
 */
import type { Layer, Place, StateComparison } from '../model/recording.ts';
import { AGENT_KEY } from '../model/agent.ts';
import type { InspectorSession } from './inspector-session.ts';
import { type CallFrame, PauseControl } from './pause-control.ts';
import {
  framesOfPoll,
  isLayerFrame,
  isSameFunction,
  isUserFrame,
  receiverOf,
  toFrame,
  type OwnCode,
} from './pause-frames.ts';
import type { SampledState } from './pause-sampler.ts';
import { scopeReaders } from './pause-scope.ts';

/** A frame that has not returned within this time owns the loop. */
const STEP_OUT_MS = 80;

/** Deeper than this nobody steps out. */
const MAX_STEPS = 60;

/** How long samples are taken: ten, each 12 ms after the one before, and time to spare. */
const SAMPLING_MS = 220;

/** Pauses that look for the owner's usual place, and how far they lie apart. */
const LOOKS = 3;
const BETWEEN_LOOKS_MS = 7;

const AGENT = `globalThis[Symbol.for(${JSON.stringify(AGENT_KEY)})]`;

export interface Examination {
  /** Where the loop is; null when only runtime code was on the stack. */
  place: Place | null;
  /** Poll methods on the stack, outermost first; the innermost around the loop is guilty. */
  layers: Layer[];
  state: StateComparison;
}

export interface ExaminationOptions {
  session: InspectorSession;
  own: OwnCode;
  /** False as soon as the poll has returned: then there is nothing to examine any more. */
  isStillInside(): boolean;
  wait(ms: number): Promise<void>;
}

const UNSEEN: StateComparison = { verdict: 'unseen', samples: 0, isComplete: false, moved: [] };

/** Null when the poll returned meanwhile, or the thread could not be stopped. The caller closes the session. */
export async function examinePoll(options: ExaminationOptions): Promise<Examination | null> {
  const control = new PauseControl(options.session);
  await options.session.post('Debugger.enable');
  const frames = await control.pause();
  if (frames === null || !options.isStillInside()) return null;
  await control.evaluate(frames[0]!, `${AGENT}.drainAll()`);
  const owner = await findOwner(control, frames, options);
  if (owner === null || !options.isStillInside()) return null;
  const looks = await lookAtOwner(control, owner, options);
  const look = looks.at(-1);
  if (look === undefined) return null;
  const seen = await describe(control, look, options.own);
  const state = await sampleState(control, usualPlace(looks), options);
  return options.isStillInside() ? { ...seen, state: state ?? UNSEEN } : null;
}

/** The owner as a depth counted from the outermost frame, which later pauses have in common. */
interface Owner {
  depth: number;
  frame: CallFrame;
}

async function findOwner(
  control: PauseControl,
  first: CallFrame[],
  { own }: ExaminationOptions,
): Promise<Owner | null> {
  let frames = first;
  for (let step = 0; step < MAX_STEPS; step++) {
    if (framesOfPoll(frames, own) < 1) break;
    const next = await control.stepOut(STEP_OUT_MS);
    if (next === null) return ownerIn(frames, own);
    frames = next;
  }
  await control.resume();
  return null;
}

/** The innermost frame owns the loop; is it runtime code, then the nearest user frame outside is named. */
function ownerIn(frames: readonly CallFrame[], own: OwnCode): Owner | null {
  const end = framesOfPoll(frames, own);
  const index = frames.findIndex((frame, i) => i < end && isUserFrame(frame, own));
  const at = index === -1 ? 0 : index;
  const frame = frames[at];
  return frame === undefined ? null : { depth: frames.length - at, frame };
}

/** A pause in which the owner was found where it was expected. */
interface Look {
  frames: CallFrame[];
  index: number;
}

async function lookAtOwner(
  control: PauseControl,
  owner: Owner,
  { isStillInside, wait }: ExaminationOptions,
): Promise<(Look & { key: string })[]> {
  const looks: (Look & { key: string })[] = [];
  for (let i = 0; i < LOOKS; i++) {
    if (i > 0) {
      await control.resume();
      await wait(BETWEEN_LOOKS_MS);
    }
    const frames = await control.pause();
    if (frames === null || !isStillInside()) return [];
    const index = frames.length - owner.depth;
    const frame = frames[index];
    if (!isSameFunction(frame, owner.frame)) continue;
    const { lineNumber, columnNumber } = frame!.location;
    looks.push({ frames, index, key: `${lineNumber}:${columnNumber}` });
  }
  return looks;
}

/** The look whose place occurred most; its frames may be stale, its location is not. */
function usualPlace(looks: readonly (Look & { key: string })[]): Look {
  const count = (key: string): number => looks.filter((look) => look.key === key).length;
  return looks.reduce((best, look) => (count(look.key) >= count(best.key) ? look : best));
}

/** Place and layers of the pause that the thread is in. */
async function describe(
  control: PauseControl,
  { frames, index }: Look,
  own: OwnCode,
): Promise<{ place: Place | null; layers: Layer[] }> {
  const inPoll = frames.slice(0, framesOfPoll(frames, own));
  const owner = frames[index]!;
  const layerFrames = inPoll
    .slice(index)
    .filter((frame) => isLayerFrame(frame, own))
    .reverse();
  const places = await control.evaluate<Place[]>(
    frames[0]!,
    `${AGENT}.sampler.places(${JSON.stringify([owner, ...layerFrames].map(toFrame))})`,
  );
  const layers = layerFrames.map((frame, i): Layer => {
    return {
      name: receiverOf(frame) ?? frame.functionName,
      unit: null,
      place: places[i + 1] ?? null,
      isGuilty: i === layerFrames.length - 1,
    };
  });
  return { place: isUserFrame(owner, own) ? (places[0] ?? null) : null, layers };
}

/** Called while the thread is paused in `last`; leaves it running. */
async function sampleState(
  control: PauseControl,
  usual: Look,
  options: ExaminationOptions,
): Promise<StateComparison | null> {
  const { session, wait, isStillInside } = options;
  const usualFrame = usual.frames[usual.index]!;
  const paused = await repaused(control, usual, options);
  if (paused === null) return null;
  const readers = await scopeReaders(session, paused);
  await control.evaluate(paused, `${AGENT}.sampler.begin()`);
  const breakpoint = await session.post<{ breakpointId: string }>('Debugger.setBreakpoint', {
    location: usualFrame.location,
    condition: `${AGENT}.sampler.sample(${readers})`,
  });
  await control.resume();
  await wait(SAMPLING_MS);
  await session.post('Debugger.removeBreakpoint', breakpoint);
  const frames = isStillInside() ? await control.pause() : null;
  if (frames === null) return null;
  const { state } = await control.evaluate<SampledState>(frames[0]!, `${AGENT}.sampler.end()`);
  await control.resume();
  return state;
}

/** Ids of frames are good for one pause only: stop once more, and find the owner's frame again. */
async function repaused(
  control: PauseControl,
  { frames, index }: Look,
  { isStillInside, wait }: ExaminationOptions,
): Promise<CallFrame | null> {
  const depth = frames.length - index;
  for (let attempt = 0; attempt < LOOKS; attempt++) {
    await control.resume();
    await wait(1);
    const now = await control.pause();
    if (now === null || !isStillInside()) return null;
    const frame = now[now.length - depth];
    if (isSameFunction(frame, frames[index])) return frame!;
  }
  await control.resume();
  return null;
}
