/**
 * Samples of each format, by producer and version, each made of a program in `fixtures/tokio-*`:
 * the file's name begins with the program and its variant.
 */
import { createReadStream, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/analysis/judge.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { profileLines } from '../../../src/source/profile/profile-lines.ts';
import { readProfile } from '../../../src/source/profile/read-profile.ts';

const fileOf = (name: string) => new URL(`samples/${name}`, import.meta.url);
const origin = { segment: 'profile', process: null, startedAtMs: 0, name: 'sample' };

async function judged(chunks: AsyncIterable<Buffer>) {
  const ledger = new Ledger();
  for (const line of profileLines(await readProfile(chunks), origin)) ledger.add(line);
  const { verdict, findings } = judge(ledger.recording());
  return { verdict, found: findings.map(({ rule, unit }) => `${rule} ${unit.name}`) };
}

async function* piecesOf(content: Buffer | string, size = 1 << 20): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const TLS = 'self-wake tokio_rustls::server::TlsStream';

describe('profiles of others', () => {
  it.each([
    ['close-notify.perf-6.1.txt', [TLS]],
    ['close-notify-dwarf.perf-6.1.txt', [TLS]],
    ['wake-cycle.perf-6.1.txt', ['wake-cycle async_io::reactor::Source']],
    ['healthy-decoder.perf-6.1.txt', []],
  ])('%s', async (file, found) => {
    expect(await judged(createReadStream(fileOf(file)) as AsyncIterable<Buffer>)).toEqual({
      verdict: found.length > 0 ? 'found' : 'ok',
      found,
    });
  });

  it('say the same packed, and in pieces of any size', async () => {
    const text = readFileSync(fileOf('close-notify.perf-6.1.txt'));
    const whole = await judged(piecesOf(text));
    expect(await judged(piecesOf(gzipSync(text)))).toEqual(whole);
    for (const size of [1000, 4097]) expect(await judged(piecesOf(text, size))).toEqual(whole);
  });

  it('are not enough with a handful of samples', async () => {
    const text = readFileSync(fileOf('close-notify.perf-6.1.txt'), 'utf8');
    const few = `${text.split('\n\n').slice(0, 20).join('\n\n')}\n\n`;
    expect((await judged(piecesOf(few))).verdict).toBe('not-enough');
  });

  it('may have a billion samples in a line', async () => {
    const stack =
      'rt-worker;tokio::runtime::task::raw::poll;<a::T as core::future::future::Future>::poll';
    const wake = `${stack};<core::task::wake::Waker>::wake_by_ref 900000000`;
    expect(await judged(piecesOf(`${stack} 1000000000\n${wake}\n`))).toEqual({
      verdict: 'found',
      found: ['self-wake a::T'],
    });
  });

  it.each([
    ['', 'profile-unrecognized'],
    ['hello\n', 'profile-unrecognized'],
    ['PERFILE2\u0000\u0001', 'profile-unrecognized'],
    ['{"v":1}\n', 'profile-unrecognized'],
    ['{"meta":{},"threads":[', 'profile-damaged'],
    [Buffer.from([0x0a, 4, 8, 1, 16, 2, 0x12, 0x7f, 1]), 'profile-damaged'],
    [gzipSync('a;b 1\n').subarray(0, 20), 'profile-damaged'],
  ])('that are none are refused with a sentence: %j', async (content, code) => {
    await expect(readProfile(piecesOf(content))).rejects.toMatchObject({ code });
  });
});
