import { describe, expect, it } from 'vitest';
import { compare, type Comparison, type ComparisonResult, estimate, isOver } from './comparison.ts';

const baseline = () => {};
const noise = (median: number, low: number, high: number) => ({ median, low, high });

function resultWith(part: Partial<ComparisonResult>): ComparisonResult {
  const calm = noise(1, 1, 1);
  return { ratio: calm, addedNs: calm, baselineNs: calm, ...part };
}

describe('estimate', () => {
  it('takes the middle of an odd and the mean of the two middles of an even number', () => {
    expect(estimate([9, 1, 5]).median).toBe(5);
    expect(estimate([1, 9, 3, 5]).median).toBe(4);
  });

  it('gives the order statistics of the binomial interval: ranks 6 and 16 of 21', () => {
    const values = Array.from({ length: 21 }, (_, index) => index + 1);
    expect(estimate(values)).toEqual({ median: 11, low: 6, high: 16 });
  });

  it('claims no more than all values when there are few', () => {
    expect(estimate([2, 1, 3])).toEqual({ median: 2, low: 1, high: 3 });
  });
});

describe('isOver', () => {
  const comparison: Comparison = { name: 'any', subject: baseline, baseline, operations: 1 };

  it('needs the whole interval above the limit', () => {
    const limited = { ...comparison, limit: { ratio: 1.1 } };
    expect(isOver(limited, resultWith({ ratio: noise(1.2, 1.09, 1.3) }))).toBe(false);
    expect(isOver(limited, resultWith({ ratio: noise(1.2, 1.11, 1.3) }))).toBe(true);
  });

  it('counts added time apart from the ratio', () => {
    const limited = { ...comparison, limit: { addedNs: 30 } };
    expect(isOver(limited, resultWith({ ratio: noise(9, 8, 10) }))).toBe(false);
    expect(isOver(limited, resultWith({ addedNs: noise(40, 31, 50) }))).toBe(true);
  });

  it('is never so without a limit', () => {
    expect(isOver(comparison, resultWith({ ratio: noise(9, 8, 10) }))).toBe(false);
  });
});

describe('compare', () => {
  it('gives no figure for a side that fails', async () => {
    const failing = () => {
      throw new Error('broken side');
    };
    const comparison: Comparison = { name: 'any', subject: failing, baseline, operations: 1 };
    await expect(compare(comparison)).rejects.toThrow('broken side');
  });
});
