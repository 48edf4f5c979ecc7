/** How the process ends: pure, so that the contract can be read and tested in one place. */
import { isAtLeast } from '../analysis/order.ts';
import type { Judgement, Level } from '../model/finding.ts';

export interface Outcome {
  exitCode: number;
  /** The signal that ended the watched program, passed on. */
  signal: NodeJS.Signals | null;
}

/** From which level findings fail the run. */
export type FailOn = Level | 'never';

export const FAIL_ON: readonly FailOn[] = ['error', 'warning', 'note', 'never'];

/** Wrong usage, nothing could be judged, or selfwake itself failed. */
export const FAILED: Outcome = { exitCode: 2, signal: null };

export function isAtOrAbove(level: Level, failOn: FailOn): boolean {
  return failOn !== 'never' && isAtLeast(level, failOn);
}

/** Who never fails on findings may still want to stop at the first that matters. */
export function enoughFrom(failOn: FailOn): FailOn {
  return failOn === 'never' ? 'warning' : failOn;
}

export interface RunFacts {
  judgement: Judgement;
  failOn: FailOn;
  child: { code: number | null; signal: NodeJS.Signals | null };
  /** It was selfwake that ended the program: how it then ended is no failure of its own. */
  wasEndedByUs: boolean;
  /** Some source introduced itself. */
  hasSource: boolean;
  /** A report could not be written. */
  hasFailed: boolean;
}

/** The outcome of `selfwake run`. */
export function runOutcome(facts: RunFacts): Outcome {
  const judged = judgedOutcome(facts.judgement, facts.failOn);
  if (judged.exitCode === 1) return judged;
  const { code, signal } = facts.wasEndedByUs ? { code: 0, signal: null } : facts.child;
  if (!facts.hasSource) {
    // 1 would say "findings": a program that failed with it, unjudged, is "nothing could be judged".
    const hasOwnFailure = signal !== null || (code !== null && code > 1);
    return hasOwnFailure ? { exitCode: code ?? 0, signal } : FAILED;
  }
  if (facts.hasFailed || judged.exitCode !== 0) return FAILED;
  return { exitCode: code ?? 0, signal };
}

/** The outcome of judging alone. */
export function judgedOutcome(judgement: Judgement, failOn: FailOn): Outcome {
  const isFound = judgement.findings.some(({ level }) => isAtOrAbove(level, failOn));
  const isWorse = failOn !== 'never' && (judgement.worse?.length ?? 0) > 0;
  if (isFound || isWorse) return { exitCode: 1, signal: null };
  return judgement.brokenRules.length > 0 ? FAILED : { exitCode: 0, signal: null };
}
