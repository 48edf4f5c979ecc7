/**
 * The functions that a loop of a plain program runs through. Nobody counted who woke whom,
 * one by one: those that ran most come first, each with what set it going. Node's own are
 * folded into one line.
 */
import type { CycleStep } from '../model/finding.ts';
import type { WakeVia } from '../model/recording.ts';
import { cleanText } from './clean-text.ts';
import { lastOf, rounded, shortened, VALUES_FROM, type Paint } from './paint.ts';

const MAX_FUNCTIONS = 6;

/** Less of a path tells nothing. */
const LEAST_PLACE = 16;

/** What sets a function going, as its author wrote it. */
const BY: Readonly<Record<WakeVia, string>> = {
  waker: 'a waker',
  yield: 'a yield',
  promise: 'a promise',
  nextTick: 'nextTick',
  microtask: 'a microtask',
  immediate: 'setImmediate',
  timer: 'a timer',
  io: 'I/O',
  message: 'a message',
};

export function drawnLoop(cycle: readonly CycleStep[], paint: Paint): string[] {
  if (cycle.length === 0) return [];
  const own = cycle.filter((step) => !isNodes(step));
  const shown = own.slice(0, MAX_FUNCTIONS);
  const names = shown.map(({ unit }) => shortened(cleanText(unit), paint.width >> 2));
  const nameWidth = Math.max(0, ...names.map((name) => name.length));
  const deeds = shown.map(({ wakes, via }) => `run ${rounded(wakes)}× by ${BY[via]}`);
  const deedWidth = Math.max(0, ...deeds.map((deed) => deed.length));
  const room = paint.width - VALUES_FROM - 3 - nameWidth - 2 - deedWidth - 2;
  const lines = shown.map(({ location }, i) => {
    const place = location === null ? '' : `${cleanText(location.file)}:${location.line}`;
    const name = `${paint.bold(names[i]!)}${' '.repeat(nameWidth - names[i]!.length)}`;
    const where = lastOf(place, Math.max(room, LEAST_PLACE));
    return `${name}  ${deeds[i]!.padEnd(deedWidth)}${where === '' ? '' : `  ${paint.dim(where)}`}`;
  });
  const left = own.length - shown.length;
  if (left > 0) lines.push(paint.dim(`… ${left} more`));
  const nodes = nodesLine(cycle.filter(isNodes), paint);
  if (nodes !== null) lines.push(nodes);
  return [...lines.map((line, i) => `${i === 0 ? '┌▶' : '│ '} ${line}`), `└──${'─'.repeat(8)}┘`];
}

function isNodes({ location }: CycleStep): boolean {
  return location === null || location.file.startsWith('node:');
}

function nodesLine(steps: readonly CycleStep[], paint: Paint): string | null {
  if (steps.length === 0) return null;
  const names = [...new Set(steps.map(({ unit }) => cleanText(unit)))].join(', ');
  return paint.dim(shortened(`through Node: ${names}`, paint.width - VALUES_FROM - 3));
}
