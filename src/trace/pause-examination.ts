/**
 * Looks into a thread that has been inside one poll for long, from another thread:
 *
 * 1. *Stop* it once, let the agent inside send what it has counted, see the stack.
 * 2. *Step out*, frame by frame: the first frame that does not return owns the loop. (What
 *    all pauses have in common is not enough: a loop that calls the same function each
 *    time round is always seen inside that function.)
 * 3. *Step* inside the owner to the next place where a breakpoint can stand: pauses land
 *    at the head of a loop or inside a call, where none can.
 * 4. *Sample* the owner's state there: a breakpoint whose condition records a digest and
 *    says false, so that all samples are of the same place, and times round are counted
 *    exactly.
 * 5. *Compare*, remove everything. The caller detaches.
 *
 * Each stop lasts some milliseconds; the whole some 300. Whatever fails, the thread runs on.
 */
import { performance } from 'node:perf_hooks';
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

/** How often the owner is looked for again: a pause may find the loop elsewhere for once. */
const LOOKS = 3;

/** Samples where only pauses can take them; the sampler wants some time between. */
const PAUSES = 6;
const BETWEEN_PAUSES_MS = 14;

/** A spin burns a core; on a machine with many others a fair part of one. */
const LEAST_CPU = 0.2;

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
  /** CPU time of the process so far, milliseconds. */
  cpuMs(): number;
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
  const look = await lookAtOwner(control, owner, options);
  if (look === null) return null;
  const seen = await describe(control, look, options.own);
  const place = await stepInsideOwner(control, look);
  const state =
    place === null
      ? await sampleByPauses(control, look, options)
      : await sampleByBreakpoint(control, place, options);
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

/** A pause with the owner where it was expected. */
interface Look {
  frames: CallFrame[];
  /** The owner's frame, counted from the innermost. */
  index: number;
}

/** Leaves the thread paused in what it answers; running, when it answers null. */
async function lookAtOwner(
  control: PauseControl,
  owner: Owner,
  { isStillInside, wait }: ExaminationOptions,
): Promise<Look | null> {
  for (let attempt = 0; attempt < LOOKS; attempt++) {
    const frames = await control.pause();
    if (frames === null) return null;
    const index = frames.length - owner.depth;
    if (isStillInside() && isSameFunction(frames[index], owner.frame)) return { frames, index };
    await control.resume();
    await wait(5);
  }
  return null;
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

/** Called while the thread is paused in the frame; leaves it running. */
async function sampleByBreakpoint(
  control: PauseControl,
  frame: CallFrame,
  { session, wait, isStillInside }: ExaminationOptions,
): Promise<StateComparison | null> {
  const readers = await scopeReaders(session, frame);
  await control.evaluate(frame, `${AGENT}.sampler.begin()`);
  const { breakpointId } = await session.post<{ breakpointId: string }>('Debugger.setBreakpoint', {
    location: frame.location,
    condition: `${AGENT}.sampler.sample(${readers})`,
  });
  await control.resume();
  await wait(SAMPLING_MS);
  await session.post('Debugger.removeBreakpoint', { breakpointId });
  const frames = isStillInside() ? await control.pause() : null;
  if (frames === null) return null;
  const { state } = await control.evaluate<SampledState>(frames[0]!, `${AGENT}.sampler.end()`);
  await control.resume();
  return state;
}

/**
 * For a loop without a place to stop at (`for (;;);`): one sample a pause. Nothing tells how
 * often the loop went round, so only sameness counts; and a thread that rests in a call
 * (`Atomics.wait`) is the same each time too, but burns nothing.
 */
async function sampleByPauses(
  control: PauseControl,
  look: Look,
  { session, wait, isStillInside, cpuMs }: ExaminationOptions,
): Promise<StateComparison | null> {
  const depth = look.frames.length - look.index;
  const startedAt = { cpu: cpuMs(), wall: performance.now() };
  let readers: string | null = null;
  let result: SampledState | null = null;
  for (let i = 0; i < PAUSES && isStillInside(); i++) {
    const frames = await control.pause();
    if (frames === null) return null;
    const frame = frames[frames.length - depth];
    if (isSameFunction(frame, look.frames[look.index])) {
      if (readers === null) await control.evaluate(frame!, `${AGENT}.sampler.begin()`);
      readers ??= await scopeReaders(session, frame!);
      await control.evaluate(frame!, `${AGENT}.sampler.sample(${readers})`);
      if (i === PAUSES - 1) result = await control.evaluate(frame!, `${AGENT}.sampler.end()`);
    }
    await control.resume();
    await wait(BETWEEN_PAUSES_MS);
  }
  const isBurning = cpuMs() - startedAt.cpu > LEAST_CPU * (performance.now() - startedAt.wall);
  const isStill = result?.state.verdict === 'same' || result?.state.verdict === 'recurring';
  return isBurning && isStill ? (result?.state ?? null) : null;
}

/** Out of the calls it makes, then one step on. Null, and the thread runs on, when that does not end. */
async function stepInsideOwner(
  control: PauseControl,
  { frames: first, index }: Look,
): Promise<CallFrame | null> {
  const depth = first.length - index;
  let frames = first;
  for (let step = 0; frames.length > depth && step < MAX_STEPS; step++) {
    const next = await control.stepOut(STEP_OUT_MS);
    if (next === null) return null;
    frames = next;
  }
  const next = await control.stepOver(STEP_OUT_MS);
  if (next === null) return null;
  if (isSameFunction(next[next.length - depth], first[index]) && next.length === depth) {
    return next[0]!;
  }
  await control.resume();
  return null;
}
