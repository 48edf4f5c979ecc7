import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Digest, Scalar } from '../../src/trace/state-digest.ts';
import {
  compareStates,
  type CompareOptions,
  countedIn,
  judgedGroups,
} from '../../src/trace/state-series.ts';

/** One sample each, a round and 20 ms apart, of what is given by path. */
function digests(
  series: Record<string, readonly Scalar[]>,
  { everyMs = 20, everyPoll = 1, group = 0 } = {},
): Digest[] {
  const length = Math.max(...Object.values(series).map((values) => values.length));
  return Array.from({ length }, (_, i) => ({
    atMs: 1000 + i * everyMs,
    poll: 1 + i * everyPoll,
    group,
    values: new Map(Object.entries(series).map(([path, values]) => [path, values[i]])),
    isComplete: true,
    isBlind: false,
    code: new Set<never>(),
  }));
}

/** What became of one path, `same` where nothing did. */
function classOf(
  values: readonly Scalar[],
  options: CompareOptions & Parameters<typeof digests>[1] & { path?: string; near?: object } = {},
): string {
  const { path = 'frame.n', near = {}, ...rest } = options;
  const others = Object.entries(near).map(([name, value]) => [
    name,
    values.map(() => value as Scalar),
  ]);
  const all = { [path]: values, ...(Object.fromEntries(others) as Record<string, Scalar[]>) };
  const { moved } = compareStates(digests(all, rest), rest);
  return moved.find((each) => each.path === path)?.as ?? 'same';
}

const range = (count: number, step = 1, from = 0) =>
  Array.from({ length: count }, (_, i) => from + i * step);

describe('one value over the samples', () => {
  it.each<[string, string, Scalar[]]>([
    ['stands still', 'same', [7, 7, 7, 7, 7]],
    ['comes back', 'recurring', [1, 2, 1, 2, 1]],
    ['comes back among others', 'recurring', ['a', 'b', 'c', 'a', 'b', 'c']],
    ['changed once and stayed', 'once', [1, 2, 2, 2, 2, 2]],
    ['counts', 'counter', range(6)],
    ['counts down, away from zero', 'counter', range(6, -1, -5)],
    ['counts in big numbers', 'counter', [1n, 2n, 3n, 4n, 5n]],
    ['is an id', 'id', ['req-1a', 'req-2b', 'req-3c', 'req-4d']],
    ['is a random key', 'id', Array.from({ length: 8 }, () => randomBytes(16).toString('base64'))],
    [
      'is an address with a random id',
      'id',
      [
        'V1StGXR8_Z5jdHi6B-myT',
        'b7Rk2QxN0sLw9cTfYp4Ja',
        'Zq8mD3vK5hWy1EuXo6GnB',
        '4TfYp4JaXo6GnB7Rk2Qx',
      ].map((id) => `http://host/poll?sid=${id}&v=4`),
    ],
    [
      'is a path',
      'payload',
      [
        'src/trace/pathClass2.ts',
        'src/report/htmlPage.ts',
        'lib/App2/indexPage.tsx',
        'a/b/c/dd.ts',
      ],
    ],
    [
      'is random data',
      'payload',
      Array.from({ length: 8 }, () => randomBytes(90).toString('base64')),
    ],
    ['is a text that goes on', 'payload', ['one', 'two', 'three', 'four']],
    ['is a number without a pattern', 'payload', [5, 900, 17, 4000, 300]],
    ['is a duration', 'jitter', [0.31, 0.12, 0.55, 0.04]],
    ['comes and goes', 'recurring', [undefined, 'x', undefined, 'x']],
    ['is another each time it comes', 'payload', [undefined, 'one', undefined, 'two', 'three']],
  ])('%s: %s', (_what, expected, values) => {
    expect(classOf(values)).toBe(expected);
  });
});

describe('a whole number of milliseconds', () => {
  const spent = [11, 9, 12, 5, 9, 7];

  it('is a duration where it is called so, and no longer than the time that passed', () => {
    expect(classOf(spent, { path: 'frame.response.duration' })).toBe('clock');
    expect(classOf(spent, { path: 'frame.req.timings.phases.firstByte' })).toBe('clock');
    expect(classOf([11, 900, 12, 5, 9, 7], { path: 'frame.duration' })).toBe('payload');
    expect(classOf(spent, { path: 'frame.level' })).toBe('payload');
  });
});

describe('a long text that differs in its numbers', () => {
  const long = { near: { 'frame.n#length': 90 } };

  it('is data where many of them differ', () => {
    const texts = range(6).map(
      (i) => `line ${i * 90 + 1}\nline ${i * 90 + 2}…ne ${i * 91}\nline ${i}`,
    );
    expect(classOf(texts, long)).toBe('payload');
    expect(classOf(texts)).toBe('id');
  });

  it('is the same, stamped, where a few of them do', () => {
    const texts = range(6).map(
      (i) => `{"id":${i},"at":"2026-11-25T10:00:0${i}Z","job…"state":"idle"}`,
    );
    expect(classOf(texts, long)).toBe('id');
  });
});

describe('what is counted within the groups of samples', () => {
  const groups = (series: readonly Scalar[][]) =>
    judgedGroups(series.flatMap((values, group) => digests({ 'frame.n': values }, { group })));

  it('is what counts in each of them, wherever it begins', () => {
    expect(countedIn(groups([range(5, 1, 87), range(5, 1, 177), range(5, 1, 9)]))).toEqual(
      new Set(['frame.n']),
    );
    expect(countedIn(groups([range(5), ['a', 'c', 'd', 'x', 'b']]))).toEqual(new Set());
    expect(
      countedIn(
        groups([
          [3, 3, 3, 3],
          [4, 4, 4, 4],
        ]),
      ),
    ).toEqual(new Set());
  });
});

describe('a number that counts', () => {
  const text = 'while (n < limit) n += 1;';

  it('is a cursor where the text holds it against a bound that lies ahead', () => {
    expect(classOf(range(6), { text, near: { 'frame.limit': 1000 } })).toBe('cursor');
    expect(classOf(range(6), { text, near: { 'frame.limit': 3 } })).toBe('counter');
    expect(classOf(range(6), { text, near: { 'frame.other': 1000 } })).toBe('counter');
    expect(classOf(range(6), { near: { 'frame.limit': 1000 } })).toBe('counter');
    const size = { text: 'n < list.length', near: { 'frame.list#length': 1000 } };
    expect(classOf(range(6), size)).toBe('cursor');
  });

  it('is a cursor where the bound stands in the text itself', () => {
    expect(classOf(range(6), { text: 'n < 10' })).toBe('cursor');
    expect(classOf(range(6), { text: 'n < 3' })).toBe('counter');
    expect(classOf(range(6), { text: 'm < 10' })).toBe('counter');
    expect(classOf(range(6), { text: 'this.n !== 10', path: 'frame.this.n' })).toBe('cursor');
  });

  it('is a cursor where it counts down to zero', () => {
    expect(classOf(range(6, -1, 1000))).toBe('cursor');
  });

  it('is none where the bound lies too far ahead', () => {
    expect(classOf(range(6), { text: 'n < 200_000_005' })).toBe('cursor');
    expect(classOf(range(6), { text: 'n < 200_000_006' })).toBe('counter');
  });
});

describe('a size', () => {
  const path = 'frame.queue#length';

  it('that shrinks is progress', () => {
    expect(classOf(range(6, -1, 1000), { path })).toBe('size');
  });

  it('that grows by new things is progress', () => {
    const newest = ['one', 'two', 'three', 'four', 'five'];
    const { verdict, moved } = compareStates(
      digests({ [path]: range(5), 'frame.queue.[-1]': newest }),
    );
    expect(verdict).toBe('progress');
    expect(moved).toEqual([{ path, as: 'size' }]);
  });

  it('that grows unevenly is progress', () => {
    expect(classOf([1, 5, 7, 900], { path })).toBe('size');
  });

  it('that grows by the same thing each time counts', () => {
    expect(classOf(range(6), { path, near: { 'frame.queue.[-1]': 'x' } })).toBe('counter');
  });

  it('that goes up and down is something', () => {
    expect(classOf([5, 900, 17, 4000, 300], { path })).toBe('payload');
  });
});

describe('samples far apart', () => {
  const isSparse = true;

  it('tell a counter by its direction alone', () => {
    const uneven = [1, 7, 8, 300, 4000];
    expect(classOf(uneven, { everyMs: 70 })).toBe('payload');
    expect(classOf(uneven, { everyMs: 70, isSparse })).toBe('counter');
    expect(classOf(uneven, { isSparse, text: 'n < 1e6' })).toBe('cursor');
  });

  it('tell states that come and go from work', () => {
    const few = [3, 40, 12, 66, 5];
    expect(classOf(few)).toBe('payload');
    expect(classOf(few, { isSparse })).toBe('recurring');
    expect(classOf([3, 40, 12, 68, 5], { isSparse })).toBe('payload');
    expect(classOf([5, 900, 17, 4000], { path: 'frame.q#length', isSparse })).toBe('recurring');
  });

  it('take a container that grew by the same for a counter, whatever the steps', () => {
    const path = 'frame.queue#length';
    const near = { 'frame.queue.[-1]': 'x' };
    expect(classOf([1, 5, 7, 900], { path, near })).toBe('size');
    expect(classOf([1, 5, 7, 900], { path, near, isSparse })).toBe('counter');
  });
});

describe('a clock', () => {
  const atMs = (i: number) => 1000 + i * 7;
  const shows = (show: (ms: number) => number) =>
    classOf(
      range(5).map((i) => show(atMs(i))),
      { everyMs: 7 },
    );
  const { timeOrigin } = performance;

  it('is the time of day, in milliseconds or seconds', () => {
    expect(shows((ms) => timeOrigin + ms)).toBe('clock');
    expect(shows((ms) => Math.floor(timeOrigin + ms))).toBe('clock');
    expect(shows((ms) => (timeOrigin + ms) / 1000)).toBe('clock');
    expect(shows((ms) => timeOrigin + ms + 60_000)).toBe('clock');
  });

  it('is the time since the process began, or that of hrtime', () => {
    const offsetMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();
    expect(shows((ms) => ms + 0.25)).toBe('clock');
    expect(shows((ms) => (offsetMs + ms) * 1e6)).toBe('clock');
    expect(shows((ms) => offsetMs + ms)).toBe('clock');
  });

  it('is what moves as time does, also what is left of a wait', () => {
    expect(shows((ms) => 500_000 + ms)).toBe('clock');
    expect(shows((ms) => 5_000_000 - ms)).toBe('clock');
  });

  it('is read though its readings are uneven', () => {
    const readings = [0.2, 9.1, 9.3, 40.7].map((ms) => timeOrigin + ms);
    expect(classOf(readings, { everyMs: 0 })).toBe('clock');
  });

  it('is a date that changes, whatever it shows', () => {
    expect(classOf([5, 900, 17, 4000, 300], { path: 'frame.date#time' })).toBe('clock');
  });

  it('is no cursor, though a deadline lies ahead', () => {
    const deadline = { 'frame.deadline': Math.floor(timeOrigin + 60_000) };
    const now = range(5).map((i) => Math.floor(timeOrigin + atMs(i)));
    expect(classOf(now, { everyMs: 7, near: deadline })).toBe('clock');
  });
});

describe('the verdict', () => {
  const verdictOf = (series: Record<string, Scalar[]>, options: CompareOptions = {}) =>
    compareStates(digests(series), options).verdict;

  it('is that of what moved most', () => {
    expect(verdictOf({ a: [1, 1, 1, 1] })).toBe('same');
    expect(verdictOf({ a: [1, 1, 1, 1], b: [1, 2, 1, 2, 1] })).toBe('recurring');
    expect(verdictOf({ b: [1, 2, 1, 2, 1], 'x.c': range(5) })).toBe('counters');
    expect(verdictOf({ 'x.c': range(5), 'y.d#length': range(5, -1, 50) })).toBe('progress');
  });

  it('is that nothing was seen, with less than four samples, or fewer where they say more', () => {
    expect(verdictOf({ a: [1, 1, 1] })).toBe('unseen');
    expect(verdictOf({ a: [1, 1, 1] }, { minSamples: 3 })).toBe('same');
    expect(verdictOf({ a: [1, 1] }, { minSamples: 3 })).toBe('unseen');
  });

  it('is no proof when a walk met its bounds', () => {
    const [first, ...rest] = digests({ a: [1, 1, 1, 1] });
    expect(compareStates([first!, ...rest]).isComplete).toBe(true);
    expect(compareStates([{ ...first!, isComplete: false }, ...rest]).isComplete).toBe(false);
  });

  it('is progress when half of the groups show it', () => {
    const still = (group: number) => digests({ a: [1, 1, 1, 1] }, { group });
    const works = (group: number) => digests({ 'a#length': [9, 8, 7, 6] }, { group });
    expect(compareStates([...still(0), ...works(1)]).verdict).toBe('progress');
    expect(compareStates([...still(0), ...works(1), ...still(2)]).verdict).toBe('same');
  });

  it('names at most eight things that moved, those that speak for it first', () => {
    const counters = Object.fromEntries(range(12).map((n) => [`x${n}.c`, range(5)]));
    const { moved } = compareStates(digests({ ...counters, 'q#length': range(5, -1, 50) }));
    expect(moved).toHaveLength(8);
    expect(moved[0]).toEqual({ path: 'q#length', as: 'size' });
  });
});
