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
    // Symbols alone: the type around it is inlined, and has none.
    ['close-notify.gdb-13.1.txt', ['self-wake tokio_rustls::common::Stream']],
    ['close-notify.eu-stack-0.188.txt', ['self-wake tokio_rustls::common::Stream']],
    // A reader behind a copy that answers Pending and wakes itself: `Gate`, in a program of its own.
    ['gate.pprof-rs-0.15.pb.gz', ['self-wake tok_pp::Gate']],
  ])('%s', async (file, found) => {
    expect(await judged(createReadStream(fileOf(file)) as AsyncIterable<Buffer>)).toEqual({
      verdict: found.length > 0 ? 'found' : 'ok',
      found,
    });
  });

  it('of programs without futures cannot be called fine', async () => {
    const loop = createReadStream(fileOf('loop.go-1.26.pb.gz')) as AsyncIterable<Buffer>;
    expect(await judged(loop)).toEqual({ verdict: 'not-enough', found: [] });
  });

  it('that hold addresses, and only the kernel has names, are refused', async () => {
    const file = createReadStream(fileOf('close-notify-addresses.samply-0.13.json.gz'));
    await expect(readProfile(file as AsyncIterable<Buffer>)).rejects.toMatchObject({
      code: 'profile-without-names',
    });
  });

  it('say the same packed, and in pieces of any size', async () => {
    const text = readFileSync(fileOf('close-notify.perf-6.1.txt'));
    const whole = await judged(piecesOf(text));
    expect(await judged(piecesOf(gzipSync(text)))).toEqual(whole);
    for (const size of [1000, 4097]) expect(await judged(piecesOf(text, size))).toEqual(whole);
  });

  const STACK = [
    'tokio::runtime::task::raw::poll',
    'app::serve::{{closure}}',
    '<app::Tls<T> as tokio::io::async_read::AsyncRead>::poll_read',
  ];
  const WAKE = [...STACK, '<core::task::wake::Waker>::wake_by_ref'];
  const spin = { verdict: 'found', found: ['self-wake app::Tls'] };

  it('may be those of samply or of the Firefox Profiler', async () => {
    const stringArray = WAKE;
    const thread = {
      stringArray,
      funcTable: { name: [0, 1, 2, 3], resource: [-1, -1, -1, -1] },
      frameTable: { func: [0, 1, 2, 3] },
      stackTable: { prefix: [null, 0, 1, 2], frame: [0, 1, 2, 3] },
      samples: {
        stack: [2, 3, 3, 3, null],
        weight: [20, 20, 20, 20, 5],
        threadCPUDelta: [1, 1, 1, 1, 0],
        timeDeltas: [0, 10, 10, 10, 10],
      },
    };
    const { stringArray: _, ...rest } = thread;
    const meta = { version: 30, product: 'samply' };
    const own = JSON.stringify({ meta, libs: [], threads: [thread] });
    const shared = JSON.stringify({ meta, libs: [], shared: { stringArray }, threads: [rest] });
    expect(await judged(piecesOf(own))).toEqual(spin);
    expect(await judged(piecesOf(shared))).toEqual(spin);
    const addresses = own.replaceAll(/"[^"]*::[^"]*"/g, '"0x7f12ab"');
    await expect(readProfile(piecesOf(addresses))).rejects.toMatchObject({
      code: 'profile-without-names',
    });
  });

  it('may be those of pprof', async () => {
    const field = (number: number, bytes: Buffer) =>
      Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
    const numbers = (...pairs: number[]) => Buffer.from(pairs);
    const strings = ['', 'samples', 'count', ...WAKE];
    const profile = Buffer.concat([
      field(1, numbers(0x08, 1, 0x10, 2)),
      // Locations from the innermost, the last of them with two functions inlined in one another.
      field(2, Buffer.concat([field(1, numbers(2, 1)), field(2, numbers(60))])),
      field(2, Buffer.concat([field(1, numbers(1)), field(2, numbers(20))])),
      field(
        4,
        Buffer.concat([numbers(0x08, 1), ...[3, 2, 1].map((id) => field(4, numbers(0x08, id)))]),
      ),
      field(4, Buffer.concat([numbers(0x08, 2), field(4, numbers(0x08, 4))])),
      ...[1, 2, 3, 4].map((id) => field(5, numbers(0x08, id, 0x10, id + 2))),
      ...strings.map((text) => field(6, Buffer.from(text))),
    ]);
    expect(await judged(piecesOf(profile))).toEqual(spin);
    expect(await judged(piecesOf(gzipSync(profile)))).toEqual(spin);
  });

  it('may be V8’s', async () => {
    const frame = (functionName: string, url: string) => ({ functionName, url });
    const nodes = [
      { id: 1, callFrame: frame('(root)', ''), children: [2, 6] },
      { id: 2, callFrame: frame('runTasks', 'file:///app/executor.js'), children: [3] },
      { id: 3, callFrame: frame('poll', 'file:///app/proxy.js'), children: [4] },
      { id: 4, callFrame: frame('pollRead', 'file:///app/tls.js'), children: [5] },
      { id: 5, callFrame: frame('wakeByRef', 'file:///app/waker.js') },
      { id: 6, callFrame: frame('(idle)', '') },
    ];
    const samples = [2, 3, 4, 5, 6].flatMap((id) => Array.from({ length: 20 }, () => id));
    const text = JSON.stringify({ nodes, startTime: 5e6, endTime: 7e6, samples, timeDeltas: [] });
    expect(await judged(piecesOf(text))).toEqual({
      verdict: 'found',
      found: ['self-wake pollRead (tls.js)'],
    });
  });

  it('are not enough with a handful of samples', async () => {
    const text = readFileSync(fileOf('close-notify.perf-6.1.txt'), 'utf8');
    const few = `${text.split('\n\n').slice(0, 20).join('\n\n')}\n\n`;
    expect((await judged(piecesOf(few))).verdict).toBe('not-enough');
  });

  const ROOT = 'tokio::runtime::task::raw::poll;<core::future::poll_fn::PollFn<F> as F>::poll';

  it('of a hand-written poll that finds a waker in its place, and uses it up', async () => {
    const poll = `${ROOT};app::serve::{{closure}}::{{closure}};<core::task::wake::Waker>::wake`;
    const wake = `${poll};tokio::runtime::scheduler::multi_thread::worker::with_current`;
    expect(await judged(piecesOf(`${ROOT} 100\n${wake} 100\n`))).toEqual({
      verdict: 'found',
      found: ['wake-cycle app::serve::{closure}'],
    });
  });

  it('of a reader that is at the end: the kernel is asked, and hands nothing over', async () => {
    const read = [
      'tokio::runtime::task::raw::poll',
      'app::serve::{{closure}}',
      '<T as tokio::io::util::async_read_ext::AsyncReadExt>::poll_read',
      '<tokio::net::tcp::stream::TcpStream as tokio::io::async_read::AsyncRead>::poll_read',
      '__libc_recv',
      '__sys_recvfrom_[k]',
      'tcp_recvmsg_[k]',
    ].join(';');
    const given = `${read};skb_copy_datagram_iter_[k];_copy_to_iter_[k]`;
    expect(await judged(piecesOf(`${read} 100\n`))).toEqual({
      verdict: 'found',
      found: ['ready-without-progress app::serve'],
    });
    const works = { verdict: 'ok', found: [] };
    expect(await judged(piecesOf(`${read} 100\n${given} 5\n`))).toEqual(works);
    expect(await judged(piecesOf(`${read.replace(/;__sys.*/, '')} 100\n`))).toEqual(works);
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
