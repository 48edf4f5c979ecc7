import { isAbsolute, resolve } from 'node:path';
import { SelfwakeError } from '../../model/errors.ts';
import type { Finding } from '../../model/finding.ts';

/** What a test fails with that spins. The message is the finding as a terminal shows it. */
export class SpinningError extends SelfwakeError {
  override readonly name = 'BusyLoopError';
  readonly finding: Finding;

  constructor(finding: Finding, text: string, root: string) {
    super('busy-loop', text);
    this.finding = finding;
    // A runner shows the code where the stack begins: that is where it spins.
    const place = stackLine(finding, root);
    this.stack = `${this.name}: ${text}${place === null ? '' : `\n${place}`}`;
  }
}

function stackLine({ location }: Finding, root: string): string | null {
  if (location === null || location.file.startsWith('node:')) return null;
  const { file, line, column, functionName } = location;
  const path = isAbsolute(file) || file.includes('://') ? file : resolve(root, file);
  return `    at ${functionName ?? '<anonymous>'} (${path}:${line}:${column})`;
}
