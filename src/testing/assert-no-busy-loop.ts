import { judge, type JudgeOptions } from '../analysis/judge.ts';
import type { Finding, Level } from '../model/finding.ts';
import type { Recording } from '../model/recording.ts';
import { BusyLoopError } from '../source/executor/busy-loop-error.ts';
import { Monitor } from '../source/executor/monitor.ts';

export interface AssertOptions extends JudgeOptions {
  /** The lowest level that fails. Default `warning`. */
  failOn?: Level;
}

const RANK: Readonly<Record<Level, number>> = { error: 0, warning: 1, note: 2 };

/** Findings of `subject` at or above `failOn`, the gravest first. */
export function busyLoopsIn(subject: Monitor | Recording, options: AssertOptions = {}): Finding[] {
  const { failOn = 'warning', ...judging } = options;
  const recording = subject instanceof Monitor ? subject.recording() : subject;
  return judge(recording, judging).findings.filter(({ level }) => RANK[level] <= RANK[failOn]);
}

/**
 * Throws a {@link BusyLoopError} with the first finding if anything in `subject` spins.
 * For a future that may spin for ever, give the monitor `onDetect: 'abort'`: the guilty
 * task then ends with the same error, and the test does not hang.
 */
export function assertNoBusyLoop(subject: Monitor | Recording, options: AssertOptions = {}): void {
  const [first] = busyLoopsIn(subject, options);
  if (first) throw new BusyLoopError(first);
}
