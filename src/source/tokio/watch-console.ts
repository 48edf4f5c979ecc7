/**
 * Stays with one server for as long as it is wanted: connects, waits for a program that is just
 * starting, and connects again when it was restarted, which is a segment of its own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SelfwakeError } from '../../model/errors.ts';
import type { Line, ProcessInfo } from '../../model/recording.ts';
import { watchUpdates, type ConsoleStream } from './console-client.ts';
import { ConsoleTasks } from './console-tasks.ts';

export interface WatchConsoleOptions {
  /** `host:port`. */
  target: string;
  process: ProcessInfo;
  /** Ends it. */
  signal: AbortSignal;
  /** How long to wait for a server that does not answer, at the start and after it went away. */
  patienceMs: number;
  onLines(lines: Line[]): void;
  /** Came, went away, came back: in a sentence. */
  say(sentence: string): void;
}

const RETRY_MS = 250;

/**
 * Answers whether it ever had an update.
 *
 * @throws {SelfwakeError} when what answers is no tokio-console, or a package is missing.
 */
export async function watchConsole(options: WatchConsoleOptions): Promise<boolean> {
  const { target, signal, patienceMs } = options;
  let segments = 0;
  let lastSeenAt = Date.now();
  while (!signal.aborted) {
    const isFirst = segments === 0;
    const updates = await oneStream(options, `tokio:${target}${isFirst ? '' : `#${segments + 1}`}`);
    if (updates > 0) {
      segments += 1;
      lastSeenAt = Date.now();
      if (!signal.aborted) options.say(`${target} went away.`);
    }
    if (signal.aborted || Date.now() - lastSeenAt >= patienceMs) break;
    await sleep(RETRY_MS, null, { signal }).catch(() => null);
  }
  return segments > 0;
}

/** Until it ends, or is aborted; answers the number of its updates. */
async function oneStream(options: WatchConsoleOptions, segment: string): Promise<number> {
  const { target, signal } = options;
  const stream = await watchUpdates(target);
  const close = () => stream.close();
  signal.addEventListener('abort', close, { once: true });
  let updates = 0;
  const tasks = new ConsoleTasks(originOf(options, segment), stream.codec);
  try {
    if (signal.aborted) return 0;
    for await (const update of stream.updates) {
      if (signal.aborted) break;
      updates += 1;
      options.onLines(tasks.take(update));
    }
  } catch (error) {
    if (!isLost(error) && updates === 0) throw error;
    if (!isLost(error)) options.say((error as Error).message);
  } finally {
    signal.removeEventListener('abort', close);
    closeQuietly(stream);
    options.onLines(tasks.end());
  }
  return updates;
}

function originOf({ process }: WatchConsoleOptions, segment: string) {
  return { segment, process, sees: ['task-rates', 'stuck-polls'] as const };
}

function isLost(error: unknown): boolean {
  return error instanceof SelfwakeError && error.code === 'console-lost';
}

function closeQuietly(stream: ConsoleStream): void {
  try {
    stream.close();
  } catch {
    // It was closed by the other side.
  }
}
