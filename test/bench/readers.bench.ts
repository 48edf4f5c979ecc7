/**
 * How fast files of others are read: recordings of tokio-console, profiles. Beside it `JSON.parse`
 * of the same lines (of what is no JSON: as strings of it), which is the least that a reader
 * could do. An operation is a byte, so that 10 ns are 100 MB a second.
 */
import { readFileSync } from 'node:fs';
import type * as Recordings from '../../src/source/tokio/console-recording.ts';
import type * as Profiles from '../../src/source/profile/read-profile.ts';
import type { Comparison } from './comparison.ts';

const DIST = '../../dist/source';
const { ConsoleRecording }: typeof Recordings = await import(`${DIST}/tokio/console-recording.js`);
const { readProfile }: typeof Profiles = await import(`${DIST}/profile/read-profile.js`);

const LEAST_BYTES = 16 * 2 ** 20;
const PIECE = 2 ** 20;
const sample = (name: string): string =>
  readFileSync(new URL(`../source/profile/samples/${name}`, import.meta.url), 'utf8');

/** A hundred tasks, polled in turn; each wakes the next, and some wake themselves. */
function consoleRecording(): string {
  const lines = ['{"v":1}'];
  let nanos = 0;
  const at = (): string => {
    nanos += 731;
    return `{"secs_since_epoch":1795500000,"nanos_since_epoch":${nanos}}`;
  };
  const id = (task: number): string => String(2251799813685249 + task);
  const fields = '[{"name":"kind","value":"task"},{"name":"task.id","value":4}]';
  for (let task = 0; task < 100; task += 1)
    lines.push(`{"Spawn":{"id":${id(task)},"at":${at()},"fields":${fields}}}`);
  for (let bytes = 0, turn = 0; bytes < LEAST_BYTES; turn += 1) {
    const [task, next] = [turn % 100, (turn + 1) % 100];
    const wake = `{"WakeByRef":{"self_wake":${task % 10 === 0}}}`;
    const round = [
      `{"Enter":{"id":${id(task)},"at":${at()}}}`,
      `{"Waker":{"id":${id(next)},"op":"Clone","at":${at()}}}`,
      `{"Waker":{"id":${id(task % 10 === 0 ? task : next)},"op":${wake},"at":${at()}}}`,
      `{"Waker":{"id":${id(next)},"op":"Drop","at":${at()}}}`,
      `{"Exit":{"id":${id(task)},"at":${at()}}}`,
    ];
    for (const line of round) bytes += line.length + 1;
    lines.push(...round);
  }
  return `${lines.join('\n')}\n`;
}

/** The same text again and again, as a profile holds the same stacks. */
function repeated(text: string): string {
  return `${text}\n`.repeat(Math.ceil(LEAST_BYTES / text.length));
}

/** Each sample on a line of its own, as `stackcollapse` writes it before it sums them up. */
function folded(script: string): string {
  const stacks = script.split('\n\n').map((block) =>
    block
      .split('\n')
      .slice(1)
      .map((line) =>
        line
          .trim()
          .replace(/^\S+ /, '')
          .replace(/(\+0x\w+)? \([^()]*\)$/, ''),
      )
      .reverse()
      .join(';'),
  );
  return stacks.filter((stack) => stack !== '').join(' 1\n') + ' 1\n';
}

function parseLines(lines: readonly string[]): () => void {
  let kept: unknown = null;
  return () => {
    for (const line of lines) kept = JSON.parse(line);
    if (kept === undefined) throw new Error('Nothing was parsed.');
  };
}

async function* piecesOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

const process_ = { host: '', pid: 0, parentPid: null, thread: 0, command: [], runtime: 'tokio' };

function readRecording(bytes: Buffer): void {
  const sees = ['polls', 'task-rates', 'stuck-polls'] as const;
  const recording = new ConsoleRecording({ segment: 'console', process: process_, sees });
  for (let at = 0; at < bytes.length; at += PIECE) {
    recording.push(bytes.subarray(at, at + PIECE));
    recording.drain();
  }
  recording.finish();
  if (recording.unreadLines > 0) throw new Error(`${recording.unreadLines} lines were not read.`);
}

function comparison(
  name: string,
  text: string,
  isJson: boolean,
  read: (bytes: Buffer) => void | Promise<void>,
): Comparison {
  const bytes = Buffer.from(text);
  const lines = text.split('\n').filter((line) => line !== '');
  return {
    name: `${name} ÷ JSON.parse of its lines`,
    operations: bytes.length,
    subject: () => read(bytes),
    baseline: parseLines(isJson ? lines : lines.map((line) => JSON.stringify(line))),
    isLong: true,
    ...(isJson ? { limit: { ratio: 1 } } : {}),
  };
}

async function readsProfile(bytes: Buffer): Promise<void> {
  const { samples } = await readProfile(piecesOf(bytes));
  if (samples === 0) throw new Error('No sample was read.');
}

const dwarf = sample('close-notify-dwarf.perf-6.1.txt');

export const comparisons: Comparison[] = [
  comparison('console recording', consoleRecording(), true, readRecording),
  comparison('perf script', repeated(dwarf), false, readsProfile),
  comparison('folded stacks', repeated(folded(dwarf)), false, readsProfile),
  comparison('gdb', repeated(sample('close-notify.gdb-13.1.txt')), false, readsProfile),
];
