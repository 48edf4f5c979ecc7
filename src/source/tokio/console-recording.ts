/**
 * The file that console-subscriber writes where TOKIO_CONSOLE_RECORD_PATH says: one event a line,
 * in their order, with their instants. So each poll is seen and each wake, and whether it came
 * from the task's own poll; who else made it is told by who was being polled, if that was one.
 *
 * Not in the file: where tasks were spawned, threads, whether an answer was Ready, I/O, and wakes
 * that tokio deferred as anybody's. Spans without a `Spawn` are channels, locks and timers.
 *
 * Constant memory: tasks that live, and nothing of the past but sums and their longest rows.
 */
import { SelfwakeError } from '../../model/errors.ts';
import { isRecord, textOf } from '../../model/json-value.ts';
import type { Line } from '../../model/recording.ts';
import { EventKind, EventScanner } from './event-scanner.ts';
import { isJudged, LONG_POLL_NS, MAX_TASKS } from './judged-tasks.ts';
import {
  grow,
  newRecordedTask,
  WORK_NS,
  type RecordedTask,
  type RowKind,
} from './recorded-task.ts';
import { tellRow } from './recorded-rows.ts';
import { futureSize, lostWaker, selfWakes, stuckPoll } from './suspicions.ts';
import { TokioSegment, type TokioOrigin } from './tokio-segment.ts';

const MAX_LINE_BYTES = 1 << 20;

const ROW_KINDS: readonly RowKind[] = ['self', 'deferred', 'others'];

/** A request that is handed on goes through a handful of tasks, and has come from outside. */
const GROUNDED_HOPS = 16;

const NEWLINE = 10;

export class ConsoleRecording {
  readonly #origin: TokioOrigin;
  readonly #scanner = new EventScanner();
  readonly #tasks = new Map<number | string, RecordedTask>();
  /** Those that are being polled now, on any thread. */
  readonly #polled = new Set<RecordedTask>();
  #segment: TokioSegment | null = null;
  #baseSeconds = -1;
  #at = 0;
  #nextId = 1;
  #rest: Buffer = Buffer.alloc(0);
  #lineNumber = 0;
  /** Lines that could not be read: cut, or of a newer version. */
  unreadLines = 0;

  constructor(origin: TokioOrigin) {
    this.#origin = origin;
  }

  /** Reads a piece of the file, cut anywhere. */
  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let from = 0;
    for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
      this.#line(bytes, from, to);
      from = to + 1;
    }
    this.#rest = bytes.subarray(from);
    if (this.#rest.length > MAX_LINE_BYTES) {
      throw new SelfwakeError('console-recording-damaged', 'It has a line without an end.');
    }
  }

  /** What is new since the last call. */
  drain(): Line[] {
    const segment = this.#segment;
    if (segment === null) return [];
    segment.liveTasks = this.#tasks.size;
    segment.watched(this.#at);
    return segment.drain(this.#at);
  }

  /** The file is over: a last line without an end may be whole. What goes on then is told. */
  finish(): Line[] {
    if (this.#rest.length > 0) this.#line(this.#rest, 0, this.#rest.length);
    this.#rest = Buffer.alloc(0);
    const segment = this.#segment;
    if (segment === null) {
      throw new SelfwakeError(
        'console-recording-empty',
        'It holds no event. Let the program run for some seconds, and end it, or go on reading with --follow.',
      );
    }
    for (const task of this.#tasks.values()) this.#conclude(task, segment);
    segment.watched(this.#at);
    segment.end(this.#at);
    return segment.drain(this.#at);
  }

  #line(bytes: Buffer, from: number, to: number): void {
    this.#lineNumber += 1;
    const scanner = this.#scanner;
    if (!scanner.scan(bytes, from, to)) {
      this.#otherLine(bytes.toString('utf8', from, to).trim());
      return;
    }
    const at = this.#instant(scanner.seconds, scanner.nanos);
    const task = this.#tasks.get(scanner.id);
    if (task === undefined) {
      this.#otherSpan(scanner.kind);
      return;
    }
    switch (scanner.kind) {
      case EventKind.ENTER:
        this.#enter(task, at);
        break;
      case EventKind.EXIT:
        this.#exit(task, at);
        break;
      case EventKind.WAKE:
        this.#wake(task, at, scanner.isSelfWake, scanner.isByValue);
        break;
      case EventKind.CLONE:
        task.clones += 1;
        break;
      case EventKind.DROP:
        task.drops += 1;
        break;
      default:
        this.#close(scanner.id, task);
    }
  }

  /** A channel, a lock or a timer is asked, or is done with: by whoever is being polled. */
  #otherSpan(kind: number): void {
    for (const task of this.#polled) {
      if (kind === EventKind.ENTER) task.hasUsedOps = true;
      else if (kind === EventKind.CLOSE) task.hasEndedOps = true;
    }
  }

  #instant(seconds: number, nanos: number): number {
    if (this.#baseSeconds < 0) this.#begin(seconds);
    const at = (seconds - this.#baseSeconds) * 1e9 + nanos;
    if (at > this.#at) this.#at = at;
    return at;
  }

  #begin(seconds: number): TokioSegment {
    this.#baseSeconds = seconds;
    return (this.#segment = new TokioSegment(this.#origin, seconds * 1000));
  }

  #otherLine(text: string): void {
    if (text === '') return;
    let value: Record<string, unknown>;
    try {
      // Ids beyond 2^53 would lose their last digits: as texts they keep them.
      value = JSON.parse(text.replace(/"id":(\d{16,})/g, '"id":"$1"')) as Record<string, unknown>;
    } catch {
      this.unreadLines += 1;
      return;
    }
    if (this.#lineNumber === 1) checkVersion(value);
    else if (isRecord(value) && isRecord(value['Spawn'])) this.#spawn(value['Spawn']);
    else this.unreadLines += 1;
  }

  #spawn(spawn: Record<string, unknown>): void {
    const at = isRecord(spawn['at']) ? spawn['at'] : {};
    this.#instant(Number(at['secs_since_epoch']) || 0, Number(at['nanos_since_epoch']) || 0);
    const segment = this.#segment!;
    if (this.#tasks.size >= MAX_TASKS) {
      segment.dropped += 1;
      return;
    }
    const fields = new Map<string, string | number>();
    for (const field of Array.isArray(spawn['fields']) ? spawn['fields'] : []) {
      if (!isRecord(field) || typeof field['name'] !== 'string') continue;
      const value = field['value'];
      fields.set(field['name'], typeof value === 'number' ? value : textOf(value));
    }
    const given = saidText(fields.get('task.name'));
    const name = given || `tokio task ${fields.get('task.id') ?? '?'}`;
    const unit = segment.unit(null, given);
    const kind = saidText(fields.get('kind')) || 'task';
    const task = newRecordedTask(this.#nextId, unit, name, kind);
    this.#nextId += 1;
    const id = spawn['id'];
    this.#tasks.set(typeof id === 'string' ? id : Number(id), task);
    segment.add(unit, 'spawned', 1);
    this.#tellSize(task, fields, segment);
  }

  #tellSize(
    task: RecordedTask,
    fields: ReadonlyMap<string, string | number>,
    segment: TokioSegment,
  ) {
    const bytes = Number(fields.get('size.bytes') ?? 0);
    const originalBytes = Number(fields.get('original_size.bytes') ?? bytes);
    if (!isJudged(task) || !(bytes > 0) || !(originalBytes >= 0)) return;
    // All tasks without a name are one unit: the large ones are told, and no others.
    if (bytes < 512 && bytes === originalBytes) return;
    segment.tell(task, null);
    segment.suspect(futureSize(this.#told(task, 'size', 0), { bytes, originalBytes }));
  }

  #enter(task: RecordedTask, at: number): void {
    task.depth += 1;
    if (task.depth > 1) return;
    task.enteredAt = at;
    task.waitedNs = Math.max(0, at - Math.max(task.wokenAt, task.exitedAt));
    task.polls += 1;
    task.hops = task.nextHops;
    task.nextHops = 0;
    task.hasWokenItself = false;
    task.hasUsedOps = false;
    task.hasEndedOps = false;
    this.#polled.add(task);
    this.#segment!.add(task.unit, 'polls', 1);
  }

  #exit(task: RecordedTask, at: number): void {
    if (task.depth === 0) return;
    task.depth -= 1;
    if (task.depth > 0) return;
    this.#polled.delete(task);
    task.exitedAt = at;
    const segment = this.#segment!;
    const busyNs = Math.max(0, at - task.enteredAt);
    segment.add(task.unit, 'busyNs', busyNs);
    segment.add(task.unit, 'timedPolls', 1);
    if (task.hasWokenItself) segment.add(task.unit, 'selfWokenPendings', 1);
    if (busyNs >= LONG_POLL_NS && isJudged(task)) this.#tellLongPoll(task, busyNs, true, segment);
    const isShort = busyNs < WORK_NS;
    const isTiny = isShort && !task.hasUsedOps;
    const { wokenUnclearly: unclear, wokenByTask, wokenByNobody } = task;
    const isByOther = wokenByTask !== null;
    // Who asks again what it holds, and wakes itself, was not answered.
    const wasAlone = isShort && !task.hasEndedOps && !unclear && !isByOther && !wokenByNobody;
    const rows: Record<RowKind, boolean> = {
      self: wasAlone && task.hasWokenItself,
      deferred: isTiny && !unclear && !isByOther && !task.hasWokenItself && wokenByNobody,
      others: isTiny && task.hops > GROUNDED_HOPS && !task.hasWokenItself,
    };
    for (const kind of ROW_KINDS) {
      const isDue = grow(task, kind, rows[kind], busyNs);
      if (isDue && isJudged(task)) tellRow(task, kind, this.#at, segment);
      if (task.rows[kind].polls > 0)
        segment.raise(task.unit, 'longestStreak', task.rows[kind].polls);
    }
    task.wokenByTask = null;
    task.wokenByNobody = false;
    task.wokenUnclearly = false;
  }

  #wake(task: RecordedTask, at: number, isSelfWake: boolean, isByValue: boolean): void {
    const segment = this.#segment!;
    task.wakes += 1;
    if (isByValue) task.drops += 1;
    task.wokenAt = at;
    segment.add(task.unit, 'wakes', 1);
    if (isSelfWake) {
      task.selfWakes += 1;
      task.hasWokenItself = true;
      segment.add(task.unit, 'selfWakes', 1);
      return;
    }
    const waker = this.#otherPolled(task);
    if (waker === 'none') task.wokenByNobody = true;
    else if (waker === 'several') task.wokenUnclearly = true;
    else {
      task.wokenByTask = waker;
      task.lastWaker = waker;
    }
    const isFed = task.wokenByNobody || task.wokenUnclearly || typeof waker === 'string';
    task.nextHops = isFed ? 0 : waker.hops + 1;
  }

  /** Who else is being polled, on any thread: if it is one, the wake is its. */
  #otherPolled(task: RecordedTask): RecordedTask | 'none' | 'several' {
    let other: RecordedTask | null = null;
    for (const one of this.#polled) {
      if (one === task) continue;
      if (other !== null) return 'several';
      other = one;
    }
    return other ?? 'none';
  }

  #close(id: number | string, task: RecordedTask): void {
    const segment = this.#segment!;
    segment.add(task.unit, 'completed', 1);
    this.#polled.delete(task);
    this.#tasks.delete(id);
    this.#tellRows(task, segment);
  }

  #conclude(task: RecordedTask, segment: TokioSegment): void {
    this.#tellRows(task, segment);
    if (!isJudged(task)) return;
    const lastedNs = this.#at - task.enteredAt;
    if (task.depth > 0) {
      if (lastedNs >= LONG_POLL_NS) this.#tellLongPoll(task, lastedNs, false, segment);
      return;
    }
    const isWoken = task.polls === 0 || task.wokenAt > task.enteredAt;
    if (task.clones > task.drops || isWoken) return;
    segment.tell(task, null);
    segment.suspect(lostWaker(this.#told(task, 'lost', task.exitedAt)));
  }

  #tellRows(task: RecordedTask, segment: TokioSegment): void {
    if (!isJudged(task)) return;
    for (const kind of ROW_KINDS) tellRow(task, kind, this.#at, segment);
    if (task.selfWakes === 0 || task.selfWakes * 10 < task.wakes) return;
    segment.tell(task, null);
    const own = { wakes: task.wakes, selfWakes: task.selfWakes };
    segment.suspect(selfWakes(this.#told(task, 'self-wakes', 0), own));
  }

  #tellLongPoll(task: RecordedTask, ns: number, hasReturned: boolean, segment: TokioSegment): void {
    segment.tell(task, null);
    const own = { forMs: ns / 1e6, hasReturned, isFirst: task.polls === 1 && !hasReturned };
    segment.suspect(stuckPoll(this.#told(task, 'poll', task.enteredAt), own));
  }

  #told({ id, unit }: RecordedTask, what: string, since: number) {
    return { id: `${what}:${id}`, at: this.#at, since, task: id, unit, place: null };
  }
}

/** Does a file begin as such a recording does? */
export function isConsoleRecording(head: string): boolean {
  return /^\{"v":\d+\}\r?(?:\n|$)/.test(head);
}

function checkVersion(header: Record<string, unknown>): void {
  if (header['v'] === 1) return;
  throw new SelfwakeError(
    'console-recording-too-new',
    `The console recording has version ${saidText(header['v'])}, and this selfwake reads version 1. Update selfwake.`,
  );
}

function saidText(value: unknown): string {
  return typeof value === 'number' ? String(value) : textOf(value);
}
