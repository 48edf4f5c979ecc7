import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/analysis/judge.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { ConsoleRecording } from '../../../src/source/tokio/console-recording.ts';

const process = { host: '', pid: 0, parentPid: null, thread: 0, command: [], runtime: 'tokio' };

/** A file, event by event, a microsecond between two of them. */
class Written {
  #text = '{"v":1}\n';
  #nanos = 0;

  spawn(id: string): this {
    const fields = `[{"name":"kind","value":"task"},{"name":"task.id","value":4}]`;
    return this.#line(`{"Spawn":{"id":${id},"at":AT,"fields":${fields}}}`);
  }
  enter = (id: string) => this.#line(`{"Enter":{"id":${id},"at":AT}}`);
  exit = (id: string) => this.#line(`{"Exit":{"id":${id},"at":AT}}`);
  wake = (id: string, self: boolean, op = 'WakeByRef') =>
    this.#line(`{"Waker":{"id":${id},"op":{"${op}":{"self_wake":${self}}},"at":AT}}`);

  times(count: number, write: (file: this) => void): this {
    for (let i = 0; i < count; i += 1) write(this);
    return this;
  }

  get bytes(): Buffer {
    return Buffer.from(this.#text);
  }

  #line(text: string): this {
    this.#nanos += 1000;
    const at = `{"secs_since_epoch":1795500000,"nanos_since_epoch":${this.#nanos}}`;
    this.#text += `${text.replace('AT', at)}\n`;
    return this;
  }
}

function judged(bytes: Buffer, size = bytes.length) {
  const sees = ['polls', 'task-rates', 'stuck-polls'] as const;
  const recording = new ConsoleRecording({ segment: 'console', process, sees });
  const ledger = new Ledger();
  for (let at = 0; at < bytes.length; at += size) {
    recording.push(bytes.subarray(at, at + size));
    for (const line of recording.drain()) ledger.add(line);
  }
  for (const line of recording.finish()) ledger.add(line);
  const { findings } = judge(ledger.recording());
  const told = findings.filter(({ level }) => level !== 'note');
  return { told: told.map(({ rule, evidence }) => [rule, evidence['streak']?.value]), recording };
}

/** Beyond 2^53, and a neighbour that a number could not tell from it. */
const [A, B] = ['9007199254740993', '9007199254740992'] as const;

const spin = (id: string, count: number) =>
  new Written().spawn(id).times(count, (file) => file.enter(id).wake(id, true).exit(id));

describe('a recording of tokio-console', () => {
  it('has rows of polls that are exact, however it is cut into pieces', () => {
    const { bytes } = spin(A, 1500);
    expect(judged(bytes).told).toEqual([['self-wake', 1500]]);
    for (const size of [97, 4096]) expect(judged(bytes, size).told).toEqual([['self-wake', 1500]]);
    expect(judged(spin(A, 999).bytes).told).toEqual([]);
  });

  it('tells tasks apart whose ids no number can', () => {
    const file = new Written().spawn(A).spawn(B);
    file.times(1500, (one) =>
      one.enter(A).wake(B, false, 'Wake').exit(A).enter(B).wake(A, false, 'Wake').exit(B),
    );
    expect(judged(file.bytes).told.map(([rule]) => rule)).toEqual(['wake-cycle']);
  });

  it('of tasks that are fed from outside, and hand on, is fine', () => {
    const file = new Written().spawn(A).spawn(B);
    file.times(3000, (one) => one.wake(A, false).enter(A).wake(B, false).exit(A).enter(B).exit(B));
    expect(judged(file.bytes).told).toEqual([]);
  });

  it('of a task that is woken from outside between its own wakes is fine', () => {
    const file = new Written().spawn(A);
    file.times(3000, (one) => one.wake(A, false).enter(A).wake(A, true).exit(A).enter(A).exit(A));
    expect(judged(file.bytes).told).toEqual([]);
  });

  it('that is cut is read up to there, and lines that are none are counted', () => {
    const { bytes } = spin(A, 1500);
    const cut = Buffer.concat([bytes.subarray(0, bytes.length - 20)]);
    expect(judged(cut).told).toEqual([['self-wake', 1499]]);
    const odd = Buffer.concat([bytes, Buffer.from('{"Enter":{"id":\n{"New":1}\n')]);
    expect(judged(odd).recording.unreadLines).toBe(2);
  });

  it('of another version is refused', () => {
    expect(() => judged(Buffer.from('{"v":2}\n'))).toThrow(/version 2/);
  });
});
