import { describe, expect, it } from 'vitest';
import { judge } from '../../src/analysis/judge.ts';
import type { Suspicion } from '../../src/model/recording.ts';
import {
  cycleSuspicion,
  emptyReadySuspicion,
  recordingOf,
  selfWakeSuspicion,
  state,
  stuckPollSuspicion,
  suspicious,
} from '../rules/calm-segment.ts';

const rulesIn = (...suspicions: Suspicion[]) =>
  judge(recordingOf(suspicious(...suspicions))).findings.map(({ rule }) => rule);

const layer = (name: string, isGuilty: boolean) => ({ name, unit: null, place: null, isGuilty });

describe('one loop is one finding', () => {
  it('tells the fruitless answers rather than the self-wakes they lead to', () => {
    expect(rulesIn(selfWakeSuspicion(), emptyReadySuspicion())).toEqual(['ready-without-progress']);
  });

  it('tells the cycle rather than a member that wakes itself', () => {
    expect(rulesIn(cycleSuspicion(), selfWakeSuspicion({ task: 2 }))).toEqual(['wake-cycle']);
  });

  it('tells the fruitless answers rather than the poll they are stuck in', () => {
    const inside = emptyReadySuspicion({ isInsideOnePoll: true });
    const stuck = stuckPollSuspicion({ state: state('counters'), forMs: 5000 });
    expect(rulesIn(inside, stuck)).toEqual(['spin-inside-poll']);
  });

  it('tells a poll that stands still once, by the answers in it where they were seen', () => {
    const place = { file: 'loop.ts', line: 1, column: 1, functionName: 'poll' };
    const stuck = stuckPollSuspicion({ place, at: 3e9 });
    const inside = emptyReadySuspicion({ isInsideOnePoll: true });
    for (const both of [
      [stuck, inside],
      [inside, stuck],
    ]) {
      const { findings } = judge(recordingOf(suspicious(...both)));
      expect(findings.map(({ messageId }) => messageId)).toEqual(['fruitless']);
    }
  });

  it('names the innermost of two layers that hand the same on', () => {
    const outer = emptyReadySuspicion({
      id: 'outer',
      chain: [layer('Copy', false), layer('Peek', true), layer('Tls', false)],
      place: { file: 'peek.ts', line: 1, column: 1, functionName: 'pollRead' },
    });
    const inner = emptyReadySuspicion({
      id: 'inner',
      chain: [layer('Copy', false), layer('Peek', false), layer('Tls', true)],
    });
    for (const both of [
      [outer, inner],
      [inner, outer],
    ]) {
      const { findings } = judge(recordingOf(suspicious(...both)));
      expect(findings.map(({ location }) => location?.file)).toEqual(['reader.ts']);
    }
  });

  it('does not let a note hide an error', () => {
    const note = cycleSuspicion({ state: state('unseen') });
    expect(rulesIn(note, selfWakeSuspicion())).toEqual(['self-wake', 'wake-cycle']);
  });

  it('keeps what another task does', () => {
    expect(rulesIn(selfWakeSuspicion({ task: 9 }), emptyReadySuspicion())).toHaveLength(2);
  });

  it('keeps what the task did at another time', () => {
    const later = emptyReadySuspicion({ since: 3e9, at: 4e9 });
    expect(rulesIn(selfWakeSuspicion(), later)).toHaveLength(2);
  });

  it('keeps what no task is known of', () => {
    expect(
      rulesIn(selfWakeSuspicion({ task: null }), emptyReadySuspicion({ task: null })),
    ).toHaveLength(2);
  });
});

describe('the same loop in many tasks', () => {
  const inTask = (task: number, changes: object = {}) =>
    selfWakeSuspicion({ id: `s${task}`, task, ...changes });

  it('is one finding with their number', () => {
    const many = Array.from({ length: 40 }, (_, index) => inTask(index + 1));
    const { findings } = judge(recordingOf(suspicious(...many)));
    expect(findings).toHaveLength(1);
    expect(findings[0]?.evidence['tasks']).toEqual({ value: 40, unit: 'tasks' });
  });

  it('is told by the strongest of them, and since the first', () => {
    const weak = inTask(1, { since: 1, state: state('unseen') });
    const { findings } = judge(recordingOf(suspicious(weak, inTask(2, { since: 5 }))));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ confidence: 'proven', since: 1 });
  });

  it('is two findings at two places', () => {
    const place = { file: 'reader.ts', line: 99, column: 5, functionName: 'pollRead' };
    expect(rulesIn(inTask(1), inTask(2, { place }))).toHaveLength(2);
  });
});
