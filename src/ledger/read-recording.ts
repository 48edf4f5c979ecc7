/**
 * A recording's text into a {@link Recording}. A file that was cut, because its writer was
 * killed or is still writing, is read up to its last whole line and marked truncated.
 */
import { Ledger } from './ledger.ts';
import { reasonOf, SelfwakeError } from '../model/errors.ts';
import { parseLine } from '../model/parse-line.ts';
import { LineSplitter } from '../model/read-lines.ts';
import { RECORDING_SCHEMA_VERSION, type Line, type Recording } from '../model/recording.ts';

/**
 * Reads chunks of text, cut anywhere.
 *
 * @throws {SelfwakeError} `recording-unrecognized` for a file that is something else,
 * `recording-too-new` for one of a future version, `recording-damaged` for a line in its
 * middle that cannot be read.
 */
export async function readRecording(
  chunks: AsyncIterable<string> | Iterable<string>,
): Promise<Recording> {
  const reader = new RecordingReader();
  for await (const chunk of chunks) reader.push(chunk);
  return reader.finish();
}

/** The same, for who has no stream; throws as {@link readRecording} does. */
export class RecordingReader {
  readonly #ledger = new Ledger();
  readonly #splitter = new LineSplitter();
  #lineNumber = 0;
  #isCut = false;

  /** Lines of types that this version does not know. */
  ignoredLines = 0;

  push(chunk: string): void {
    for (const text of this.#splitter.push(chunk)) this.#take(text);
    if (this.#splitter.isOverlong) throw unrecognized('it has a line without an end');
  }

  finish(): Recording {
    this.#takeLast(this.#splitter.takeRest());
    const recording = this.#ledger.recording();
    const hasOpenEnd =
      recording.segments.length === 0 || recording.segments.some(({ end }) => end === null);
    return { ...recording, isTruncated: this.#isCut || hasOpenEnd };
  }

  /** The last line has no end: it may be whole all the same. */
  #takeLast(text: string): void {
    if (text === '') {
      if (this.#lineNumber === 0) throw unrecognized('it is empty');
      return;
    }
    try {
      this.#take(text);
    } catch (error) {
      const isDamaged = error instanceof SelfwakeError && error.code === 'recording-damaged';
      if (!isDamaged) throw error;
      this.#isCut = true;
    }
  }

  #take(text: string): void {
    this.#lineNumber += 1;
    if (this.#lineNumber === 1) checkHeader(text);
    const line = this.#parse(text);
    if (line === null) {
      this.ignoredLines += 1;
      return;
    }
    if (line.type === 'header') checkVersion(line.schemaVersion);
    this.#ledger.add(line);
  }

  #parse(text: string): Line | null {
    try {
      return parseLine(text);
    } catch (cause) {
      const why = reasonOf(cause);
      throw new SelfwakeError(
        'recording-damaged',
        `The recording is damaged at line ${this.#lineNumber}. ${why} Record again, or cut the file before that line.`,
        { cause },
      );
    }
  }
}

/** A future version's header may hold anything but its type and version. */
function checkHeader(text: string): void {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw unrecognized('its first line is no JSON');
  }
  const { type, schemaVersion } = (header ?? {}) as Record<string, unknown>;
  if (type !== 'header' || typeof schemaVersion !== 'number') {
    throw unrecognized('its first line is no header');
  }
  checkVersion(schemaVersion);
}

function checkVersion(version: number): void {
  if (version <= RECORDING_SCHEMA_VERSION) return;
  throw new SelfwakeError(
    'recording-too-new',
    `The recording has schema version ${version}, and this selfwake reads up to ${RECORDING_SCHEMA_VERSION}. Update selfwake, or record again with this version.`,
  );
}

function unrecognized(why: string): SelfwakeError {
  return new SelfwakeError(
    'recording-unrecognized',
    `This is no recording of selfwake: ${why}. Make one with: selfwake run --record FILE SCRIPT.`,
  );
}
