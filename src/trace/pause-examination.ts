/**
 * Looks into a thread that has been inside one poll for long, from another thread:
 *
 * 1. *Stop* it once, let the agent inside send what it has counted.
 * 2. *Find* the frame that owns the loop: `pause-owner.ts`.
 * 3. *Sample* the owner's state: a breakpoint whose condition records a digest and says
 *    false, at one place in the loop, so that all samples are of the same moment and times
 *    round are counted exactly.
 * 4. *Compare*, remove everything. The caller detaches.
 *
 * Each stop lasts some milliseconds; the whole some 400. Whatever fails, the thread runs on.
 */
import { performance } from 'node:perf_hooks';
import type { Layer, Place, StateComparison } from '../model/recording.ts';
import type { InspectorSession } from './inspector-session.ts';
import { AGENT_EXPRESSION } from './pause-agent.ts';
import { type CallFrame, type Location, PauseControl } from './pause-control.ts';
import {
  framesOfPoll,
  isLayerFrame,
  isSameFunction,
  receiverOf,
  toFrame,
  type OwnCode,
} from './pause-frames.ts';
import { findLoopOwner, type LoopOwner, type OwnerSearch } from './pause-owner.ts';
import type { SampledState } from './pause-sampler.ts';
import { scopeReaders } from './pause-scope.ts';

/** How long samples are taken: ten, each 12 ms after the one before, and time to spare. */
const SAMPLING_MS = 180;

/** How often the owner is looked for again: a pause may find the loop elsewhere for once. */
const LOOKS = 3;

/** Samples where only pauses can take them; the sampler wants some time between. */
const PAUSES = 6;
const BETWEEN_PAUSES_MS = 14;

/** A spin burns a core; on a machine with many others a fair part of one. */
const LEAST_CPU = 0.25;
const CPU_WINDOW_MS = 80;

export interface Examination {
  /** Where the loop is. */
  place: Place | null;
  /** Poll methods on the stack, outermost first; the innermost around the loop is guilty. */
  layers: Layer[];
  state: StateComparison;
}

export interface ExaminationOptions extends OwnerSearch {
  session: InspectorSession;
  /** CPU time of the process so far, milliseconds. */
  cpuMs(): number;
}

const UNSEEN: StateComparison = { verdict: 'unseen', samples: 0, isComplete: false, moved: [] };

/** Null when the poll returned meanwhile, or the thread could not be stopped. The caller closes the session. */
export async function examinePoll(options: ExaminationOptions): Promise<Examination | null> {
  const { session, own, isStillInside } = options;
  const control = new PauseControl(session);
  await session.post('Debugger.enable');
  const frames = await control.pause();
  if (frames === null) return null;
  await control.evaluate(frames[0]!, `${AGENT_EXPRESSION}.drainAll()`);
  await control.resume();
  const owner = await findLoopOwner(control, options);
  if (owner === null) return null;
  const look = await pauseAt(control, owner, options);
  if (look === null) return null;
  const seen = await describe(control, look, own);
  const readers = await scopeReaders(session, look.frames[look.index]!);
  await control.resume();
  const state =
    owner.place === null
      ? await sampleByPauses(control, owner, readers, options)
      : await sampleByBreakpoint(control, owner.place, readers, options);
  return isStillInside() ? { ...seen, state: state ?? UNSEEN } : null;
}

/** A pause with the owner where it was expected. */
interface Look {
  frames: CallFrame[];
  /** The owner's frame, counted from the innermost. */
  index: number;
}

/** Leaves the thread paused in what it answers; running, when it answers null. */
async function pauseAt(
  control: PauseControl,
  owner: LoopOwner,
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
    `${AGENT_EXPRESSION}.sampler.places(${JSON.stringify([owner, ...layerFrames].map(toFrame))})`,
  );
  const layers = layerFrames.map((frame, i): Layer => {
    return {
      name: receiverOf(frame) ?? frame.functionName,
      unit: null,
      place: places[i + 1] ?? null,
      isGuilty: i === layerFrames.length - 1,
    };
  });
  return { place: places[0] ?? null, layers };
}

/** Begins and ends with the thread running. */
async function sampleByBreakpoint(
  control: PauseControl,
  place: Location,
  readers: string,
  { wait, isStillInside }: ExaminationOptions,
): Promise<StateComparison | null> {
  const end = await control.observe(place, `${AGENT_EXPRESSION}.sampler.sample(${readers})`);
  await wait(SAMPLING_MS);
  await end?.();
  const frames = isStillInside() ? await control.pause() : null;
  if (frames === null) return null;
  const { state } = await control.evaluate<SampledState>(
    frames[0]!,
    `${AGENT_EXPRESSION}.sampler.end()`,
  );
  await control.resume();
  return state;
}

/**
 * For a loop without a place to stop at (`for (;;);`): one sample a pause. Nothing tells how
 * often the loop went round, so only sameness counts; and a thread that rests in a call
 * (`Atomics.wait`) is the same each time too, but burns nothing. Begins and ends as above.
 */
async function sampleByPauses(
  control: PauseControl,
  owner: LoopOwner,
  readers: string,
  options: ExaminationOptions,
): Promise<StateComparison | null> {
  if (!(await burns(options))) return null;
  let result: SampledState | null = null;
  for (let i = 0; i < PAUSES; i++) {
    const look = await pauseAt(control, owner, options);
    if (look === null) return null;
    const frame = look.frames[look.index]!;
    await control.evaluate(frame, `${AGENT_EXPRESSION}.sampler.sample(${readers})`);
    if (i === PAUSES - 1) {
      result = await control.evaluate<SampledState>(frame, `${AGENT_EXPRESSION}.sampler.end()`);
    }
    await control.resume();
    await options.wait(BETWEEN_PAUSES_MS);
  }
  const verdict = result?.state.verdict;
  return verdict === 'same' || verdict === 'recurring' ? (result?.state ?? null) : null;
}

/** Measured while nobody stops the thread, as stopping costs CPU time too. */
async function burns({ wait, cpuMs }: ExaminationOptions): Promise<boolean> {
  const startedAt = { cpu: cpuMs(), wall: performance.now() };
  await wait(CPU_WINDOW_MS);
  return cpuMs() - startedAt.cpu > LEAST_CPU * (performance.now() - startedAt.wall);
}
