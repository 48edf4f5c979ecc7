/**
 * What selfwake throws. `code` is stable and kebab-case, so that callers can tell errors
 * apart; the message says what is wrong and what to do next.
 */
export class SelfwakeError extends Error {
  override readonly name: string = 'SelfwakeError';
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
