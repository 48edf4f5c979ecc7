/** Who wakes whom, round and round. */
import type { CycleStep } from '../model/finding.ts';
import { cleanText } from './clean-text.ts';
import { grouped, type Paint } from './paint.ts';

/** A longer cycle is told by its first steps and its last. */
const MAX_STEPS = 8;

export function drawnCycle(cycle: readonly CycleStep[], paint: Paint): string[] {
  if (cycle.length === 0) return [];
  const steps = cycle.map((step, i) => ({ step, next: cycle[(i + 1) % cycle.length]! }));
  const lines = steps.map(({ step, next }) => {
    const { location } = step;
    const place = location === null ? '' : `  ${cleanText(location.file)}:${location.line}`;
    const times = `${grouped(step.wakes)}×, ${step.via}`;
    return `${paint.bold(cleanText(step.unit))}${paint.dim(place)}  wakes ${cleanText(next.unit)} (${times})`;
  });
  const left = lines.length - MAX_STEPS;
  const shown =
    left > 0
      ? [...lines.slice(0, MAX_STEPS - 1), paint.dim(`… ${left} more`), lines.at(-1)!]
      : lines;
  return [...shown.map((line, i) => `${i === 0 ? '┌▶' : '│ '} ${line}`), `└──${'─'.repeat(8)}┘`];
}
