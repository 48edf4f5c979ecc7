import { judge, type JudgeOptions } from '../analysis/judge.ts';
import { isAtLeast } from '../analysis/order.ts';
import type { Level } from '../model/finding.ts';
import type { Recording } from '../model/recording.ts';
import { BusyLoopError } from '../source/executor/busy-loop-error.ts';
import type { Monitor } from '../source/executor/monitor.ts';
import { recordingOf } from './recording-of.ts';

export interface AssertOptions extends JudgeOptions {
  /** The lowest level that fails. Default `warning`. */
  failOn?: Level;
}

/**
 * Throws a {@link BusyLoopError} if anything in `subject` spins; its message is what a terminal
 * shows of the findings, the gravest first. For a future that may spin for ever, give the
 * monitor `onDetect: 'abort'`: the guilty task then ends with the same error, and the test does
 * not hang.
 */
export function assertNoBusyLoop(subject: Monitor | Recording, options: AssertOptions = {}): void {
  const error = busyLoopIn(subject, options);
  if (error === null) return;
  // The stack begins where the assertion stands, which is what a test runner shows.
  Error.captureStackTrace(error, assertNoBusyLoop);
  throw error;
}

/** What {@link assertNoBusyLoop} would throw, for matchers; null when nothing spins. */
export function busyLoopIn(
  subject: Monitor | Recording,
  { failOn = 'warning', ...judging }: AssertOptions = {},
): BusyLoopError | null {
  const recording = recordingOf(subject);
  const [first, ...more] = judge(recording, judging).findings.filter(({ level }) =>
    isAtLeast(level, failOn),
  );
  return first === undefined ? null : new BusyLoopError([first, ...more], recording);
}
