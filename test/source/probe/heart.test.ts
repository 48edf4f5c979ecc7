import { describe, expect, it } from 'vitest';
import { HeartCell, MAX_HEARTS, newHearts } from '../../../src/model/heart-cells.ts';
import { freeRow, rowOf, takeRow } from '../../../src/source/probe/heart.ts';

describe('the rows of the hearts', () => {
  it('are taken once each, and none is left then', () => {
    const hearts = newHearts();
    const rows = Array.from({ length: MAX_HEARTS - 1 }, () => takeRow(hearts));
    expect(new Set(rows.map((row) => row?.byteOffset)).size).toBe(MAX_HEARTS - 1);
    expect(rows).not.toContain(null);
    expect(takeRow(hearts)).toBeNull();
  });

  it('are free again for another thread once theirs has ended', () => {
    const hearts = newHearts();
    const rows = Array.from({ length: MAX_HEARTS - 1 }, () => takeRow(hearts)!);
    rows[4]![HeartCell.THREAD] = 8;
    expect(rowOf(hearts, 7)?.byteOffset).toBe(rows[4]!.byteOffset);
    freeRow(rows[4]!);
    expect(rowOf(hearts, 7)).toBeNull();
    expect(takeRow(hearts)?.byteOffset).toBe(rows[4]!.byteOffset);
    expect(takeRow(hearts)).toBeNull();
  });
});
