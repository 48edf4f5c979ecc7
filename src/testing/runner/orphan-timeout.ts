/**
 * A runner that guards a test's body with a timeout of its own, from inside of it, loses the
 * guard's promises when the body is cut: nobody is left to handle their rejection, which
 * would count as an error of the run.
 */

let hasFilter = false;

/** Rejections with such a message, which nobody handles, do not reach the runner; all others do. */
export function forgetTimeouts(isOrphan: (message: string) => boolean): void {
  if (hasFilter) return;
  hasFilter = true;
  const theirs = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason, promise) => {
    if (reason instanceof Error && isOrphan(reason.message)) return;
    for (const listener of theirs) listener(reason, promise);
  });
}
