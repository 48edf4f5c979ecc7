/** Reading a paused stack: whose frames these are, which are layers, and how they are named. */
import type { Frame } from './call-sites.ts';
import type { CallFrame } from './pause-control.ts';

/** Which scripts are selfwake's own. `base` is the URL of the folder that holds its parts. */
export interface OwnCode {
  base: string;
}

/** Parts whose frames are machinery, and never to blame. The contract's own helpers are not among them. */
const MACHINERY = /^(?:executor|source|session|trace)\//;

const POLL_METHOD = /^#?poll(?:$|[A-Z_])/;

function ownPart(frame: CallFrame, own: OwnCode): string | null {
  return frame.url.startsWith(own.base) ? frame.url.slice(own.base.length) : null;
}

function isMachinery(frame: CallFrame, own: OwnCode): boolean {
  const part = ownPart(frame, own);
  return part !== null && MACHINERY.test(part);
}

/** Code that somebody wrote who may be to blame. */
export function isUserFrame(frame: CallFrame, own: OwnCode): boolean {
  if (frame.url === '' || frame.url.startsWith('node:')) return false;
  return ownPart(frame, own) === null;
}

/**
 * How many frames, counted from the innermost, belong to the running poll: those inside
 * the innermost frame of the executor; under an executor that is not ours, those inside
 * the outermost frame of our wrapper; else all.
 */
export function framesOfPoll(frames: readonly CallFrame[], own: OwnCode): number {
  const executor = frames.findIndex((f) => ownPart(f, own)?.startsWith('executor/') ?? false);
  if (executor > 0) return executor;
  const wrapper = frames.findLastIndex((f) => isMachinery(f, own));
  return wrapper > 0 ? wrapper : frames.length;
}

/** The same function at the same depth: the nearest to "the same activation" that a debugger tells. */
export function isSameFunction(a: CallFrame | undefined, b: CallFrame | undefined): boolean {
  if (a === undefined || b === undefined || a.functionName !== b.functionName) return false;
  const [at, bt] = [a.functionLocation ?? a.location, b.functionLocation ?? b.location];
  return (
    at.scriptId === bt.scriptId &&
    at.lineNumber === bt.lineNumber &&
    at.columnNumber === bt.columnNumber
  );
}

/** Classes that say nothing about whose method it is. */
const PLAIN_RECEIVERS = new Set(['Object', 'Function', 'Module', 'global', 'Array']);

/** The class of the receiver, where it tells anything. */
export function receiverOf(frame: CallFrame): string | null {
  const { type, className } = frame.this;
  if (type !== 'object' || className === undefined || PLAIN_RECEIVERS.has(className)) return null;
  return className;
}

/** A poll method of somebody's type: a layer. */
export function isLayerFrame(frame: CallFrame, own: OwnCode): boolean {
  return POLL_METHOD.test(frame.functionName) && !isMachinery(frame, own);
}

/** For mapping to source text. */
export function toFrame(frame: CallFrame): Frame {
  const functionName = frame.functionName === '' ? null : frame.functionName;
  const typeName = receiverOf(frame);
  return {
    url: frame.url,
    line: frame.location.lineNumber + 1,
    column: (frame.location.columnNumber ?? 0) + 1,
    functionName,
    typeName,
    methodName: null,
    isToplevel: typeName === null,
  };
}
