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

/** Why, in the words of what was thrown, which may be anything. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
