import { createReadStream } from 'node:fs';
import { readRecording } from '../ledger/read-recording.ts';
import { reasonOf, SelfwakeError } from '../model/errors.ts';
import type { Recording } from '../model/recording.ts';

/** A recording that `--record` has kept. */
export async function recordingFrom(file: string): Promise<Recording> {
  try {
    return await readRecording(createReadStream(file, { encoding: 'utf8' }));
  } catch (cause) {
    const why = reasonOf(cause);
    const code = cause instanceof SelfwakeError ? cause.code : 'cannot-read-recording';
    throw new SelfwakeError(code, `Cannot read the recording ${file}: ${why}`, { cause });
  }
}
