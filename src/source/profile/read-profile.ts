/**
 * A profile of any format that is known, told by its content, into one tree of stacks. Formats of
 * lines are read as they come and kept nowhere; the others are read whole.
 */
import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { reasonOf, SelfwakeError } from '../../model/errors.ts';
import { readCpuProfile } from './readers/cpuprofile.ts';
import { readFirefox } from './readers/firefox.ts';
import { isRecord } from '../../model/json-value.ts';
import { readPprof } from './readers/pprof.ts';
import type { LineReader, ReadCounts } from './readers/reader.ts';
import { lineReaderOf, sniff, type ProfileFormat } from './sniff.ts';
import { StackTree } from './stack-tree.ts';

export interface ReadProfile extends ReadCounts {
  format: ProfileFormat;
  stacks: StackTree;
}

/** Enough to know a format by, comments and heads before the first sample included. */
const SNIFFED_BYTES = 64 * 1024;

/** A string in Node holds no more. */
const MOST_JSON_BYTES = 500_000_000;

/** @throws {SelfwakeError} for what is no profile, is damaged, or names nothing. */
export async function readProfile(chunks: AsyncIterable<Buffer>): Promise<ReadProfile> {
  const { head, all } = await withHead(chunks[Symbol.asyncIterator]());
  if (head[0] === 0x1f && head[1] === 0x8b) {
    const unpacked = Readable.from(all).pipe(createGunzip());
    return readProfile(unzipped(unpacked));
  }
  const format = sniff(head);
  const stacks = new StackTree();
  const reader = lineReaderOf(format, stacks);
  const counts =
    reader === null ? readWhole(format, await gathered(all), stacks) : await readLines(all, reader);
  checkSamples(counts, format);
  return { format, stacks, ...counts };
}

function readWhole(format: ProfileFormat, whole: Buffer, stacks: StackTree): ReadCounts {
  if (format === 'pprof') return readPprof(whole, stacks);
  if (format === 'firefox') return readFirefox(parsed(whole), stacks);
  return readCpuProfile(parsed(whole), stacks);
}

/** A program that waited has samples, too, or some that were left out because it did. */
function checkSamples({ samples, skipped }: ReadCounts, format: ProfileFormat): void {
  if (samples > 0) return;
  if (format === 'perf-script' && skipped > 0) {
    throw new SelfwakeError(
      'profile-without-stacks',
      'Its samples have no stacks. Record them: perf record --call-graph dwarf.',
    );
  }
  if (skipped > 0 && format !== 'folded') return;
  throw new SelfwakeError(
    'profile-empty',
    'It holds no sample. Record the program for some seconds while it burns CPU time.',
  );
}

async function withHead(source: AsyncIterator<Buffer>) {
  const parts: Buffer[] = [];
  let length = 0;
  while (length < SNIFFED_BYTES) {
    const { done, value } = await source.next();
    if (done === true) break;
    parts.push(value);
    length += value.length;
  }
  const head = Buffer.concat(parts);
  async function* all(): AsyncGenerator<Buffer> {
    yield head;
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      yield next.value;
    }
  }
  return { head, all: all() };
}

async function* unzipped(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* stream;
  } catch (cause) {
    const why = reasonOf(cause);
    throw new SelfwakeError('profile-damaged', `The profile cannot be unpacked: ${why}.`, {
      cause,
    });
  }
}

async function readLines(chunks: AsyncIterable<Buffer>, reader: LineReader): Promise<ReadCounts> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const text = rest + decoder.write(chunk);
    let from = 0;
    for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
      reader.line(text.slice(from, text.charCodeAt(to - 1) === 13 ? to - 1 : to));
      from = to + 1;
    }
    rest = text.slice(from);
  }
  reader.line(rest + decoder.end());
  reader.end();
  const { samples, skipped, firstAt, lastAt } = reader;
  return { samples, skipped, firstAt, lastAt };
}

async function gathered(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length > MOST_JSON_BYTES) {
      throw new SelfwakeError(
        'profile-too-large',
        'The profile is larger than 500 MB, and its format cannot be read in pieces. Record for a shorter time.',
      );
    }
  }
  return Buffer.concat(parts);
}

function parsed(whole: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(whole.toString('utf8'));
    if (isRecord(value)) return value;
  } catch (cause) {
    const why = reasonOf(cause);
    throw new SelfwakeError(
      'profile-damaged',
      `The profile is cut or damaged: ${why}. Record it again.`,
      { cause },
    );
  }
  throw new SelfwakeError('profile-damaged', 'The profile is no JSON object.');
}
