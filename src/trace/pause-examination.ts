/**
 * Looks into a thread that has been inside one poll for long, from another thread:
 *
 * 1. *Pause* it some times, a few milliseconds apart. The first time the agent inside sends
 *    what it has counted; each time the innermost frame's state is sampled.
 * 2. *Find* the frame that owns the loop: `pause-owner.ts`.
 * 3. *Sample* the owner's state: a breakpoint whose condition takes a digest, at one place
 *    in the loop, so that all samples are of the same moment and times round are counted
 *    exactly. Where there is no such place, the samples of the pauses must do.
 * 4. *Compare*, remove everything. The caller detaches.
 *
 * Each stop lasts some milliseconds; the whole some 400. Whatever fails, the thread runs on.
 */
import { type Layer, type Place, type StateComparison, UNSEEN_STATE } from '../model/recording.ts';
import type { InspectorSession } from './inspector-session.ts';
import { type CallFrame, PauseControl } from './pause-control.ts';
import {
  framesOfPoll,
  isLayerFrame,
  isSameFunction,
  receiverOf,
  toFrame,
  type OwnCode,
} from './pause-frames.ts';
import { commonFrames, findLoopOwner, type DeepFrame, type LoopOwner } from './pause-owner.ts';
import { scopeReaders } from './pause-scope.ts';
import { refills } from './refills.ts';
import { textAround } from './text-around.ts';

/** Pauses, and the time between: the sampler wants 12 ms. */
const LOOKS = 5;
const BETWEEN_LOOKS_MS = 13;
const LOOKING_MS = 2000;

/** How long samples are taken: ten, each 12 ms after the one before, and time to spare. */
const SAMPLING_MS = 180;

/** Samples may be begun anew so often, to look farther or less far. */
const TRIES = 3;

/** For the stop itself, on a busy machine. */
const SLACK_MS = 60;

export interface Examination {
  /** Where the loop is. */
  place: Place | null;
  /** Poll methods on the stack, outermost first; the innermost around the loop is guilty. */
  layers: Layer[];
  state: StateComparison;
  /** It empties a queue that is filled again. */
  refills: boolean;
}

export interface ExaminationOptions {
  session: InspectorSession;
  own: OwnCode;
  /** False as soon as the poll has returned: then there is nothing to examine any more. */
  isStillInside(): boolean;
  wait(ms: number): Promise<void>;
  /** Has the thread burnt CPU time in this poll? One that rests in a call stands still, too. */
  isBurning: boolean;
}

/** Null when the poll returned meanwhile, or the thread could not be stopped. The caller closes the session. */
export async function examinePoll(options: ExaminationOptions): Promise<Examination | null> {
  const { session, own, isStillInside, isBurning } = options;
  const control = new PauseControl(session);
  await session.post('Debugger.enable');
  const looks = await look(control, options);
  if (looks === null) return null;
  const common = commonFrames(looks, own);
  const innermost = common.at(-1);
  const last = looks.at(-1)!;
  if (innermost === undefined) {
    await control.resume();
    return null;
  }
  const stillness = await control.evaluate<StateComparison>(`${control.agent}.sampler.compare()`);
  const described = await describe(control, last, innermost, own);
  const isStill = isBurning && isTight(looks, innermost) && isStandstill(stillness);
  const still = { ...described, state: isStill ? stillness : UNSEEN_STATE, refills: false };
  const unseen = { ...still, state: UNSEEN_STATE };
  if (isStill) {
    // The script is read while the thread runs: that may take longer than it should stand.
    await control.resume();
    if (await isSilent(control, last)) return isStillInside() ? still : null;
    const again = await control.pause();
    if (again === null) return null;
    looks[looks.length - 1] = again;
  }
  const { owner, frames } = await findLoopOwner(control, common, looks);
  if (frames === null) return unseen;
  if (owner === null || !isStillInside()) {
    await control.resume();
    return isStillInside() ? unseen : null;
  }
  const seen = await describe(control, frames, owner, own);
  const sampled = await sampleOwner(control, frames, owner, session);
  if (!isStillInside()) return null;
  if (sampled !== null && sampled.state.verdict !== 'unseen') return { ...seen, ...sampled };
  // Nothing tells how often the loop went round between pauses, so only sameness counts there.
  return owner.passes > 1 ? still : unseen;
}

/** Leaves the thread in the last pause; running, when it answers null. */
async function look(
  control: PauseControl,
  { session, own, isStillInside, wait }: ExaminationOptions,
): Promise<CallFrame[][] | null> {
  const looks: CallFrame[][] = [];
  let first: DeepFrame | undefined;
  let readers = '{}';
  for (let i = 0; i < LOOKS; i++) {
    if (i > 0) {
      await control.resume();
      await wait(BETWEEN_LOOKS_MS);
    }
    const frames = await control.pause();
    if (frames === null) return null;
    if (!isStillInside()) {
      await control.resume();
      return null;
    }
    looks.push(frames);
    if (i === 0) {
      await control.evaluate(`${control.agent}.drainAll()`);
      await control.evaluate(`${control.agent}.sampler.begin(${LOOKING_MS})`);
      first = commonFrames([frames], own).at(-1);
      if (first !== undefined) readers = await scopeReaders(session, first.frame);
    }
    const frame = frameAt(frames, first);
    if (frame !== null)
      await control.evaluateIn(frame, `${control.agent}.sampler.sample(${readers})`);
  }
  return looks;
}

/** Every look found it at the same line of the same function, and in nothing that it calls. */
function isTight(looks: readonly CallFrame[][], innermost: DeepFrame): boolean {
  const line = looks[0]?.[0]?.location.lineNumber;
  return looks.every(
    ([top]) => isSameFunction(top, innermost.frame) && top?.location.lineNumber === line,
  );
}

/** It goes round where it stands: see `silent-loop.ts`. Breakpoints near it would only deafen it. */
async function isSilent(control: PauseControl, [top]: readonly CallFrame[]): Promise<boolean> {
  if (top === undefined) return false;
  const { scriptId, lineNumber, columnNumber = 0 } = top.location;
  const { isInSilentLoop } = await import('./silent-loop.ts');
  const text = await control.sourceOf(scriptId);
  return isInSilentLoop(text, lineNumber + 1, columnNumber + 1);
}

function frameAt(frames: readonly CallFrame[], deep: DeepFrame | undefined): CallFrame | null {
  if (deep === undefined) return null;
  const frame = frames[frames.length - deep.depth];
  return isSameFunction(frame, deep.frame) ? frame! : null;
}

const isStandstill = ({ verdict }: StateComparison): boolean =>
  verdict === 'same' || verdict === 'recurring';

/** Place and layers, as the pause that the thread is in has them. */
async function describe(
  control: PauseControl,
  frames: readonly CallFrame[],
  deep: DeepFrame,
  own: OwnCode,
): Promise<{ place: Place | null; layers: Layer[] }> {
  const index = Math.max(0, frames.length - deep.depth);
  const layerFrames = frames
    .slice(index, framesOfPoll(frames, own))
    .filter((frame) => isLayerFrame(frame, own))
    .reverse();
  const places = await control.evaluate<Place[]>(
    `${control.agent}.sampler.places(${JSON.stringify([deep.frame, ...layerFrames].map(toFrame))})`,
  );
  const names = await Promise.all(layerFrames.map((frame) => nameOf(frame, control)));
  const layers = layerFrames.map((frame, i): Layer => {
    return {
      name: names[i] ?? frame.functionName,
      unit: null,
      place: places[i + 1] ?? null,
      isGuilty: i === layerFrames.length - 1,
    };
  });
  return { place: places[0] ?? null, layers };
}

/** The name that a future gives itself, else its class. */
async function nameOf(frame: CallFrame, control: PauseControl): Promise<string | null> {
  const className = receiverOf(frame);
  if (className === null) return null;
  const given = await control.evaluateIn<unknown>(frame, `this[Symbol.for('selfwake.typeName')]`);
  return typeof given === 'string' && given !== '' ? given : className;
}

/** Begins in a pause and ends with the thread running. */
async function sampleOwner(
  control: PauseControl,
  frames: readonly CallFrame[],
  owner: LoopOwner,
  session: InspectorSession,
): Promise<Pick<Examination, 'state' | 'refills'> | null> {
  const frame = frameAt(frames, owner);
  if (frame === null) {
    await control.resume();
    return null;
  }
  const { scriptId, lineNumber, columnNumber = 0 } = frame.location;
  const source = await control.sourceOf(scriptId);
  const text = textAround(source, lineNumber, columnNumber);
  const readers = await scopeReaders(session, frame, { mentionedIn: text });
  await control.evaluate(`${control.agent}.sampler.begin(${SAMPLING_MS}, true)`);
  const end = await control.observe(owner.place, `${control.agent}.sampler.sample(${readers})`);
  const stopped = await control.runUntilStopped(TRIES * SAMPLING_MS + SLACK_MS);
  if (stopped === null) return null;
  await end?.();
  const compare = `${control.agent}.sampler.compare(${JSON.stringify(text)})`;
  const state = await control.evaluate<StateComparison>(compare);
  await control.resume();
  return { state, refills: refills(source, lineNumber, columnNumber, state) };
}
