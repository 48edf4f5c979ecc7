import { describe, expect, it } from 'vitest';
import { loopsOf } from '../../src/trace/wake-graph.ts';
import { WireNews } from '../../src/trace/wire-news.ts';
import { edge, node, slice } from './played-slice.ts';

/** The loops as lists of their nodes' ids. */
const idsOf = (...args: Parameters<typeof slice>): number[][] =>
  loopsOf(slice(...args)).map(({ nodes }) => nodes.map(({ id }) => id));

describe('loopsOf', () => {
  it('finds a place that makes itself run', () => {
    expect(idsOf([node(1)], [edge(1, 1)])).toEqual([[1]]);
  });

  it('finds places that make each other run, and no others', () => {
    const nodes = [node(1), node(2), node(3), node(4)];
    const edges = [edge(1, 2), edge(2, 3), edge(3, 1), edge(3, 4), edge(0, 1)];
    expect(idsOf(nodes, edges)).toEqual([[1, 2, 3]]);
  });

  it('finds no loop in a chain, nor in what is woken from outside each time', () => {
    expect(idsOf([node(1), node(2)], [edge(1, 2)])).toEqual([]);
    expect(idsOf([node(1)], [edge(0, 1)])).toEqual([]);
  });

  it('tells two loops apart, the one with more of the runs first', () => {
    const nodes = [node(1, { runs: 80 }), node(2, { runs: 120 })];
    expect(idsOf(nodes, [edge(1, 1), edge(2, 2)])).toEqual([[2], [1]]);
  });

  it('joins loops that share a place', () => {
    const edges = [edge(1, 2), edge(2, 1), edge(2, 3), edge(3, 2)];
    expect(idsOf([node(1), node(2), node(3)], edges)).toEqual([[1, 2, 3]]);
  });

  it('leaves out what anything outside woke a few rounds ago', () => {
    const woken = (alone: number) =>
      node(1, { hops: Array.from({ length: 100 }, (_, run) => (run < alone ? 4 : 3)) });
    expect(idsOf([woken(14)], [edge(1, 1)])).toEqual([]);
    expect(idsOf([woken(15)], [edge(1, 1)])).toEqual([[1]]);
  });

  it('leaves out what passes a place no more than four times for each wake from outside', () => {
    const passed = (times: number) => node(1, { visits: Array.from({ length: 100 }, () => times) });
    expect(idsOf([passed(4)], [edge(1, 1)])).toEqual([]);
    expect(idsOf([passed(5)], [edge(1, 1)])).toEqual([[1]]);
  });

  it('takes a round of two places for two hops', () => {
    const edges = [edge(1, 2), edge(2, 1)];
    const hops = (each: number) => ({ hops: Array.from({ length: 100 }, () => each) });
    expect(idsOf([node(1, hops(7)), node(2, hops(7))], edges)).toEqual([]);
    expect(idsOf([node(1, hops(8)), node(2, hops(8))], edges)).toEqual([[1, 2]]);
  });

  it('counts for a loop what its runs caused: errors, messages, processes', () => {
    const news = new WireNews();
    for (const word of ['a', 'b', 'b']) news.add(word);
    const caused = node(3, { errors: 50, births: 2, received: news, runs: 40 });
    const nodes = [node(1, { runs: 60 }), node(2, { sent: news }), caused, node(4)];
    const edges = [edge(1, 1), edge(1, 2), edge(2, 3), edge(4, 1)];
    const [loop] = loopsOf(slice(nodes, edges, { elapsedMs: 500 }));
    expect(loop).toMatchObject({
      fails: true,
      birthsPerSecond: 4,
      exchange: { sent: { count: 3, fresh: 2 }, received: { count: 3, fresh: 2 } },
    });
  });

  it.each<[string, string | null, boolean]>([
    ['FSREQCALLBACK', 'readFile', true],
    ['FSREQPROMISE', 'read', true],
    ['FSREQCALLBACK', null, true],
    ['FSREQCALLBACK', 'stat', false],
    ['FSREQCALLBACK', 'readdir', false],
    ['TCPCONNECTWRAP', 'connect', false],
    ['PROCESSWRAP', 'spawn', false],
    ['ZLIB', 'write', true],
    ['SCRYPTREQUEST', 'scrypt', true],
  ])('knows whether %s by %s may bring data', (resource, call, answer) => {
    const [loop] = loopsOf(slice([node(1, { via: 'io', resource, call })], [edge(1, 1)]));
    expect(loop?.bringsData).toBe(answer);
  });

  it('leaves out a handful of runs', () => {
    expect(idsOf([node(1, { runs: 11 })], [edge(1, 1)])).toEqual([]);
    expect(idsOf([node(1, { runs: 12 })], [edge(1, 1)])).toEqual([[1]]);
  });

  it('leaves out a small part of the runs and of the time, unless a timer paces it', () => {
    const nodes = [node(1, { runs: 29 }), node(2, { runs: 71 })];
    expect(idsOf(nodes, [edge(1, 1)])).toEqual([]);
    expect(idsOf(nodes, [edge(1, 1, { via: 'timer' })])).toEqual([[1]]);
    const slow = [node(1, { runs: 29, busyMs: 30 }), node(2, { runs: 71 })];
    expect(idsOf(slow, [edge(1, 1)])).toEqual([[1]]);
  });

  it('counts runs of nobody known among all', () => {
    expect(idsOf([node(1)], [edge(1, 1)], { unknownRuns: 900 })).toEqual([]);
  });

  it('says how fast, how long, how often round, in which ways', () => {
    const nodes = [
      node(1, { runs: 100, busyMs: 20 }),
      node(2, { runs: 100, busyMs: 10 }),
      node(3, { runs: 2, arms: 2 }),
      node(4),
    ];
    const edges = [
      edge(1, 2, { wokenAt: 4 }),
      edge(2, 1, { via: 'immediate' }),
      edge(2, 3),
      edge(3, 2),
    ];
    const [loop] = loopsOf(slice(nodes, edges));
    expect(loop).toMatchObject({ runs: 202, rounds: 100, perSecond: 2020, alone: 1 });
    expect(loop?.share).toBeCloseTo(202 / 302);
    expect(loop?.busyShare).toBeCloseTo(0.31);
    expect(loop?.meanRunMs).toBeCloseTo(31 / 202);
    expect([...loop!.via].sort()).toEqual(['immediate', 'promise']);
    expect(loop?.wakePlaces.map(({ id }) => id)).toEqual([2, 3, 4]);
  });
});
