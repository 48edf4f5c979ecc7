import { createReadStream } from 'node:fs';
import { readRecording } from '../ledger/read-recording.ts';
import { reasonOf, SelfwakeError } from '../model/errors.ts';
import type { Recording } from '../model/recording.ts';

/** A recording that `--record` has kept. */
export function recordingFrom(file: string): Promise<Recording> {
  return inFile('recording', file, () =>
    readRecording(createReadStream(file, { encoding: 'utf8' })),
  );
}

const HINTS = { recording: ' Give a file that --record has written.', profile: '' } as const;

/** Errors of `read` name the file; what is none of ours becomes `cannot-read-recording` or `-profile`. */
export async function inFile<Value>(
  kind: keyof typeof HINTS,
  file: string,
  read: () => Promise<Value>,
): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof SelfwakeError) {
      throw new SelfwakeError(cause.code, `${file}: ${cause.message}`, { cause });
    }
    const message = `Cannot read the ${kind} ${file}: ${reasonOf(cause)}.${HINTS[kind]}`;
    throw new SelfwakeError(`cannot-read-${kind}`, message, { cause });
  }
}
