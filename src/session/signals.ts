/**
 * Signals that we are sent while a program is watched. The program shall get them, and we
 * stay to print the report.
 */
import type { WatchedChild } from './watched-child.ts';

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Passes signals on to the child until the returned function is called. A Ctrl-C at a
 * terminal has reached the child already, as one of the same foreground group, so the
 * first is not passed on a second time (many programs take two as "at once"); the third
 * is made one that nothing can ignore, as a program that is stuck ignores all others.
 */
export function passSignalsOn(child: WatchedChild, isAtTerminal: boolean): () => void {
  let interrupts = 0;
  const handlers = PASSED_ON.map((signal) => {
    const handler = (): void => {
      if (signal !== 'SIGINT') return child.signal(signal);
      interrupts += 1;
      if (interrupts >= 3) child.signal('SIGKILL');
      else if (interrupts === 2 || !isAtTerminal) child.signal(signal);
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  return () => {
    for (const { signal, handler } of handlers) process.off(signal, handler);
  };
}
