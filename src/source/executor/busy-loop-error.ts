import { SelfwakeError } from '../../model/errors.ts';
import type { Finding } from '../../model/finding.ts';
import type { Recording } from '../../model/recording.ts';
import { PLAIN_STYLE } from '../../report/report.ts';
import { terminalFinding } from '../../report/terminal-finding.ts';
import { codeFramesFor } from '../../trace/code-frames.ts';

/**
 * Something spins: what the assertions throw, and what ends a task with `onDetect: 'abort'`.
 * The message is the finding as a terminal shows it.
 */
export class BusyLoopError extends SelfwakeError {
  override readonly name = 'BusyLoopError';
  /** The gravest. */
  readonly finding: Finding;

  /** `findings`, of which there is at least one: the gravest first. */
  constructor(findings: readonly [Finding, ...Finding[]], recording: Recording) {
    const frames = codeFramesFor(findings, recording);
    const texts = findings.map((finding) => terminalFinding(finding, frames, PLAIN_STYLE));
    super('busy-loop', texts.join('\n').trimEnd());
    this.finding = findings[0];
  }
}
