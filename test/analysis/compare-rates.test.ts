import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type UnitRates, wilson, worseRates } from '../../src/analysis/compare-rates.ts';

const unit = (changes: Partial<UnitRates>): Record<string, UnitRates> => ({
  key: { name: 'Reader', polls: 10_000, selfWoken: 100, operations: 0, empty: 0, ...changes },
});

describe('worseRates', () => {
  it('tells a unit that wakes itself more often than before', () => {
    expect(worseRates(unit({}), unit({ selfWoken: 5000 }))).toEqual([
      {
        unit: 'Reader',
        key: 'key',
        what: 'self-woken polls',
        before: 0.01,
        after: 0.5,
        of: 10_000,
      },
    ]);
    expect(worseRates(unit({}), unit({ operations: 1000, empty: 900 }))).toMatchObject([
      { what: 'empty reads and writes', before: null, after: 0.9 },
    ]);
  });

  it('takes noise for noise: small counts, small rises, and the same again', () => {
    expect(worseRates(unit({}), unit({}))).toEqual([]);
    expect(worseRates(unit({}), unit({ selfWoken: 500 }))).toEqual([]);
    expect(worseRates(unit({}), unit({ polls: 90, selfWoken: 90 }))).toEqual([]);
    // 12 of 100 may well be 1 %.
    expect(
      worseRates(unit({ polls: 200, selfWoken: 2 }), unit({ polls: 100, selfWoken: 12 })),
    ).toEqual([]);
  });

  it('holds a new unit against what a healthy set of futures does for ever', () => {
    expect(worseRates({}, unit({ selfWoken: 5000 }))).toEqual([]);
    expect(worseRates({}, unit({ selfWoken: 9000 }))).toMatchObject([{ before: null, after: 0.9 }]);
  });

  it('never calls a unit worse that did not rise', () => {
    const share = fc
      .integer({ min: 1, max: 100_000 })
      .chain((of) => fc.tuple(fc.integer({ min: 0, max: of }), fc.constant(of)));
    fc.assert(
      fc.property(share, share, ([a, n], [b, m]) => {
        fc.pre(b / m <= a / n && n >= 100);
        const before = unit({ selfWoken: a, polls: n });
        expect(worseRates(before, unit({ selfWoken: b, polls: m }))).toEqual([]);
      }),
    );
  });

  it('has an interval that holds the share, and narrows', () => {
    const [low, high] = wilson([10, 100]);
    expect(low).toBeLessThan(0.1);
    expect(high).toBeGreaterThan(0.1);
    const [closer, near] = wilson([10_000, 100_000]);
    expect(near - closer).toBeLessThan((high - low) / 10);
  });
});
