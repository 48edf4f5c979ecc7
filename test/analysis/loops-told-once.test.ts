import { describe, expect, it } from 'vitest';
import { judge } from '../../src/analysis/judge.ts';
import type { Place, Segment, Suspicion } from '../../src/model/recording.ts';
import {
  CHECK,
  loopSuspicion as loop,
  lostWakerSuspicion,
  probed,
  recordingOf,
  selfWakeSuspicion,
  state,
  stuckPollSuspicion,
  suspicious,
} from '../rules/calm-segment.ts';

const SECOND = 1e9;

const ASK: Place = { ...CHECK, line: 20, functionName: 'ask' };
const NAMELESS: Place = { ...CHECK, functionName: null };
const step = (unit: number, place: Place | null) =>
  ({ unit, place, wakes: 400, via: 'promise' }) as const;

const toldIn = (...segments: Segment[]) =>
  judge(recordingOf(...segments)).findings.map(
    ({ rule, unit, confidence }) => `${rule} in ${unit.name} (${confidence})`,
  );

const told = (...suspicions: Suspicion[]) => toldIn(probed(...suspicions));

describe('two loops of one thread', () => {
  const check = loop({ id: 'check' });
  const ask = loop({ id: 'ask', unit: 2, place: ASK, members: [step(2, ASK)] });

  it('are two findings in two functions', () => {
    expect(told(check, ask)).toHaveLength(2);
  });

  it('are one in one function, whatever the line: the surer one', () => {
    const again = loop({
      id: 'again',
      via: 'promise',
      place: { ...CHECK, line: 15 },
      state: state('counters'),
    });
    expect(told(again, check)).toEqual(['self-wake in check (proven)']);
    expect(told(check, again)).toEqual(['self-wake in check (proven)']);
  });

  it('are one in one function, told by the more specific rule', () => {
    const pair = loop({ id: 'pair', members: [step(1, CHECK), step(2, ASK)] });
    const inside = loop({ id: 'inside', isInsideOneRun: true });
    const retry = loop({ id: 'retry', via: 'io' });
    const timer = loop({ id: 'timer', via: 'timer' });
    const source = loop({ id: 'source', isSource: true });
    const order = [inside, timer, retry, source, pair, check];
    const rules = [
      'spin-inside-poll',
      'timer-storm',
      'hot-retry',
      'ready-without-progress',
      'wake-cycle',
      'self-wake',
    ];
    for (const [index, rule] of rules.entries()) {
      expect(told(...order.slice(index))).toEqual([`${rule} in check (proven)`]);
      expect(told(...order.slice(index).reverse())).toEqual([`${rule} in check (proven)`]);
    }
  });

  it('are one when one runs through the function that the other blames', () => {
    const pair = loop({ id: 'pair', members: [step(1, CHECK), step(2, ASK)] });
    expect(told(pair, ask)).toEqual(['wake-cycle in check (proven)']);
    expect(told(ask, pair)).toEqual(['wake-cycle in check (proven)']);
    const vague = { ...pair, state: state('unseen') };
    expect(told(vague, ask)).toEqual(['self-wake in ask (proven)']);
    expect(told(ask, vague)).toEqual(['self-wake in ask (proven)']);
  });

  it('are two at two times', () => {
    const later = loop({ id: 'later', via: 'promise', since: 3 * SECOND, at: 4 * SECOND });
    expect(told({ ...check, place: NAMELESS }, { ...later, place: ASK })).toHaveLength(2);
    const pair = loop({ ...later, members: [step(1, CHECK), step(2, ASK)], unit: 2, place: ASK });
    expect(told(check, pair)).toHaveLength(2);
  });

  it('are told apart by their places where functions have no name', () => {
    const one = loop({ id: 'one', place: NAMELESS });
    const column = loop({ id: 'column', via: 'io', place: { ...NAMELESS, column: 9 } });
    const line = loop({ id: 'line', via: 'io', place: { ...NAMELESS, line: 9 } });
    const same = loop({ id: 'same', via: 'io', place: NAMELESS });
    const members = [step(2, null)];
    expect(told({ ...one, members }, { ...column, members })).toHaveLength(2);
    expect(told({ ...one, members }, { ...line, members })).toHaveLength(2);
    expect(told({ ...one, members }, { ...same, members })).toHaveLength(1);
  });

  it('are two where the files differ, or nothing is known of one', () => {
    const elsewhere = loop({ id: 'else', via: 'io', place: { ...CHECK, file: 'b.ts' } });
    const nowhere = loop({ id: 'nowhere', via: 'io', place: null });
    const members = [step(1, null)];
    expect(told({ ...check, members }, { ...elsewhere, members })).toHaveLength(2);
    expect(told({ ...check, members }, { ...nowhere, members })).toHaveLength(2);
    expect(told({ ...nowhere, members }, { ...check, members })).toHaveLength(2);
  });

  it('of equals the one that was seen last is told', () => {
    const early = loop({ id: 'early', place: { ...CHECK, line: 13 } });
    const late = loop({ id: 'late', at: 3 * SECOND });
    for (const both of [probed(early, late), probed(late, early)]) {
      expect(judge(recordingOf(both)).findings).toMatchObject([{ location: { line: 12 } }]);
    }
  });
});

describe('a loop that the executor and the probe saw in one thread', () => {
  const byProbe = (changes: object = {}, ...suspicions: Suspicion[]): Segment => {
    const segment = probed(...(suspicions.length > 0 ? suspicions : [loop()]));
    segment.info = { ...segment.info, ...changes };
    return segment;
  };
  const byExecutor = (...suspicions: Suspicion[]): Segment => suspicious(...suspicions);
  const both = (one: Segment, other: Segment) => {
    const findings = toldIn(one, other);
    expect(toldIn(other, one)).toEqual(findings);
    return findings;
  };

  it('is told by the executor, which names the type of the future', () => {
    expect(both(byExecutor(selfWakeSuspicion()), byProbe())).toEqual([
      'self-wake in Reader (proven)',
    ]);
  });

  it('is told by the executor also where it is less sure', () => {
    const counting = selfWakeSuspicion({ state: state('counters') });
    expect(both(byExecutor(counting), byProbe())).toEqual(['self-wake in Reader (likely)']);
  });

  it('is told by the executor where its warning stands against an error', () => {
    const stuck = stuckPollSuspicion({ forMs: 3000, state: state('progress') });
    const inside = loop({ isInsideOneRun: true });
    expect(both(byExecutor(stuck), byProbe({}, inside))).toEqual([
      'never-yields in Reader (likely)',
    ]);
  });

  it('is told by the probe where the executor has a note only, and the probe more', () => {
    const unseen = selfWakeSuspicion({ state: state('unseen') });
    expect(both(byExecutor(unseen), byProbe())).toEqual(['self-wake in check (proven)']);
    expect(both(byExecutor(unseen), byProbe({}, loop({ state: state('unseen') })))).toEqual([
      'self-wake in Reader (possible)',
    ]);
  });

  it('is two where the executor tells of no loop', () => {
    expect(both(byExecutor(lostWakerSuspicion()), byProbe())).toHaveLength(2);
  });

  it('is two in two threads, processes or machines', () => {
    const { process } = probed().info;
    for (const change of [{ thread: 1 }, { pid: 8 }, { host: 'other' }]) {
      const elsewhere = byProbe({ process: { ...process, ...change } });
      expect(both(byExecutor(selfWakeSuspicion()), elsewhere)).toHaveLength(2);
    }
  });

  it('is two at two times by the clock on the wall, a second apart', () => {
    const executor = byExecutor(selfWakeSuspicion());
    const startedAtMs = (ms: number) => byProbe({ startedAtMs: ms });
    expect(both(executor, startedAtMs(2000))).toHaveLength(1);
    expect(both(executor, startedAtMs(2001))).toHaveLength(2);
    expect(both(executor, startedAtMs(-2000))).toHaveLength(1);
    expect(both(executor, startedAtMs(-2001))).toHaveLength(2);
  });
});
