/** Who wakes whom, round and round. */
import type { CycleStep } from '../model/finding.ts';
import { cleanText } from './clean-text.ts';
import { grouped, lastOf, VALUES_FROM, type Paint } from './paint.ts';

/** A longer cycle is told by its first steps and its last. */
const MAX_STEPS = 8;

/** Less of a path tells nothing. */
const LEAST_PLACE = 24;

export function drawnCycle(cycle: readonly CycleStep[], paint: Paint): string[] {
  if (cycle.length === 0) return [];
  const steps = cycle.map((step, i) => ({ step, next: cycle[(i + 1) % cycle.length]! }));
  const lines = steps.map(({ step, next }) => {
    const { location } = step;
    const unit = cleanText(step.unit);
    const deed = `wakes ${cleanText(next.unit)} (${grouped(step.wakes)}×, ${step.via})`;
    const room = paint.width - VALUES_FROM - unit.length - deed.length - 7;
    const place = location === null ? '' : `${cleanText(location.file)}:${location.line}`;
    const shownPlace = place === '' ? '' : `  ${lastOf(place, Math.max(room, LEAST_PLACE))}`;
    return `${paint.bold(unit)}${paint.dim(shownPlace)}  ${deed}`;
  });
  const left = lines.length - MAX_STEPS;
  const shown =
    left > 0
      ? [...lines.slice(0, MAX_STEPS - 1), paint.dim(`… ${left} more`), lines.at(-1)!]
      : lines;
  return [...shown.map((line, i) => `${i === 0 ? '┌▶' : '│ '} ${line}`), `└──${'─'.repeat(8)}┘`];
}
