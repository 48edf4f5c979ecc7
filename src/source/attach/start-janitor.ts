import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface JanitorTask {
  url: string;
  holder: string;
  isOpenedByUs: boolean;
}

export interface Janitor {
  /** There is nothing left to do. */
  dismiss(): void;
}

/** Starts it; where no process can be started, nobody cleans up after a kill. */
export function startJanitor({ url, holder, isOpenedByUs }: JanitorTask): Janitor {
  const task: JanitorTask = { url, holder, isOpenedByUs };
  const script = fileURLToPath(new URL('./janitor.js', import.meta.url));
  // Out of our process group: a signal to that must not end it, too.
  const child = spawn(process.execPath, [script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  child.stdin.write(`${JSON.stringify(task)}\n`);
  return { dismiss: () => child.stdin.end('left\n') };
}
