import { SelfwakeError } from '../model/errors.ts';
import type { Recording } from '../model/recording.ts';
import { unitTotals } from '../report/unit-totals.ts';
import type { Monitor } from '../source/executor/monitor.ts';
import { recordingOf } from './recording-of.ts';

/** How often futures of a type woke their own tasks; throws `type-unseen` where none was polled. */
export function selfWakesOf(subject: Monitor | Recording, type: string): number {
  const recording = recordingOf(subject);
  const totals = unitTotals(recording);
  const own = totals.filter(({ name }) => name === type);
  if (own.length === 0) {
    const names = totals.map(({ name }) => name).join(', ') || 'none';
    throw new SelfwakeError(
      'type-unseen',
      `No future of the type '${type}' was polled. Those that were: ${names}.`,
    );
  }
  return own.reduce((sum, { counters }) => sum + counters.selfWakes, 0);
}
