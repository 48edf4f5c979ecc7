/**
 * One visit to a process that runs already, from attaching to the last word: gather and judge
 * what is seen of it until it is certain, or the time is up. Prints nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseLine } from '../model/parse-line.ts';
import type { Line } from '../model/recording.ts';
import { writeLine } from '../model/write-line.ts';
import { Attachment, type AttachOptions } from '../source/attach/attachment.ts';
import type { PauseClock } from '../source/attach/pause-clock.ts';
import type { Collector } from './collector.ts';

const TICK_MS = 100;

export interface VisitOptions extends Omit<AttachOptions, 'send'> {
  collector: Collector;
  forMs: number;
  /** Aborted when enough is known, or somebody wants to leave. */
  enough: AbortSignal;
  onAttached(attachment: Attachment): void;
}

export interface VisitResult {
  pauses: PauseClock;
  /** The process went away by itself. */
  hasEnded: boolean;
}

/** Throws `cannot-attach`. Whatever happens, the process is left as it was found. */
export async function visit(options: VisitOptions): Promise<VisitResult> {
  const { collector, forMs, enough, onAttached } = options;
  const segments = new Set<string>();
  const attachment = await Attachment.to({
    ...options,
    send: (lines) => {
      for (const line of lines) {
        const checked = fromOutside(line);
        if (checked?.type === 'segment') segments.add(checked.id);
        if (checked !== null) collector.take(checked);
      }
    },
  });
  let hasEnded = false;
  const over = new AbortController();
  const stop = AbortSignal.any([enough, over.signal]);
  const ticking = setInterval(() => collector.tick(), TICK_MS);
  try {
    onAttached(attachment);
    hasEnded = await Promise.race([
      attachment.ended.then(() => true),
      sleep(forMs, false, { signal: stop }).catch(() => false),
    ]);
  } finally {
    // Nobody waits for the rest of the time.
    over.abort();
    clearInterval(ticking);
    await attachment.detach();
    collector.end([...segments], null, null);
  }
  return { pauses: attachment.pauses, hasEnded };
}

/** Names and places are what the process said: a line that is not of the agreed shape is dropped. */
function fromOutside(line: Line): Line | null {
  try {
    return parseLine(writeLine(line));
  } catch {
    return null;
  }
}
