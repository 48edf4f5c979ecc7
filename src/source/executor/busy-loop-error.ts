import type { Finding } from '../../model/finding.ts';
import { SelfwakeError } from '../../model/errors.ts';

/** Ends a task that was found to spin (`onDetect: 'abort'`). Its finding says the rest. */
export class BusyLoopError extends SelfwakeError {
  readonly finding: Finding;
  constructor(finding: Finding) {
    const { location, rule, message, advice } = finding;
    const at = location ? ` at ${location.file}:${location.line}:${location.column}` : '';
    super('busy-loop', `${rule}: ${message}${at}. ${advice}`);
    this.finding = finding;
  }
}
