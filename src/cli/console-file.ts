/** Recordings of tokio-console, read from a file as it lies there or while it grows. */
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Line } from '../model/recording.ts';
import { ConsoleRecording, isConsoleRecording } from '../source/tokio/console-recording.ts';

export interface ConsoleFileOptions {
  /** Go on reading what is appended, until the signal, or nothing came for so long. */
  follow: { signal: AbortSignal; patienceMs: number } | null;
  onLines(lines: Line[]): void;
}

const PIECE_BYTES = 1 << 20;
const LOOK_AGAIN_MS = 200;

export async function isConsoleFile(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(32), 0, 32, 0);
    return isConsoleRecording(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await file.close();
  }
}

/** Answers how many lines could not be read. */
export async function readConsoleFile(path: string, options: ConsoleFileOptions): Promise<number> {
  const name = basename(path);
  const process = {
    host: '',
    pid: 0,
    parentPid: null,
    thread: 0,
    command: [name],
    runtime: 'tokio',
  };
  const sees = ['polls', 'task-rates', 'stuck-polls'] as const;
  const recording = new ConsoleRecording({ segment: 'console', process, sees });
  const file = await open(path);
  try {
    for await (const piece of piecesOf(file, options.follow)) {
      recording.push(piece);
      options.onLines(recording.drain());
    }
    options.onLines(recording.finish());
    return recording.unreadLines;
  } finally {
    await file.close();
  }
}

async function* piecesOf(file: FileHandle, follow: ConsoleFileOptions['follow']) {
  let grownAt = Date.now();
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PIECE_BYTES), 0, PIECE_BYTES);
    if (bytesRead > 0) {
      grownAt = Date.now();
      yield buffer.subarray(0, bytesRead);
      if (follow?.signal.aborted === true) return;
      continue;
    }
    const isOver = follow === null || Date.now() - grownAt >= follow.patienceMs;
    if (isOver || follow.signal.aborted) return;
    await sleep(LOOK_AGAIN_MS, null, { signal: follow.signal }).catch(() => null);
  }
}
