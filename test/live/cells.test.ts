import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitted, folded, leading, rightmost, widthOf } from '../../src/cli/live/cells.ts';
import { paintOf } from '../../src/report/paint.ts';

const red = (text: string) => paintOf({ hasColor: true, width: 80 }).guilty(text);
const plain = (text: string) => text.replace(/\u001b\[[\d;]*m/g, '');
const anyText = fc.string({ unit: 'grapheme', maxLength: 60 });

describe('widthOf', () => {
  it.each([
    ['plain', 5],
    ['naïve', 5],
    ['naïve', 5],
    ['漢字', 4],
    ['한글', 4],
    ['ﾊﾝｶｸ', 4],
    ['→ … µ ▁█', 8],
    ['🦀', 2],
    ['🇩🇪', 2],
    ['a\u200db', 2],
    ['', 0],
  ])('%s takes %i columns', (text, width) => {
    expect(widthOf(text)).toBe(width);
    expect(widthOf(red(text))).toBe(width);
  });
});

describe('what is fitted', () => {
  it.each([fitted, leading, rightmost])('is as wide as it shall be', (fit) => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 80 }), (text, width) => {
        expect(widthOf(fit(text, width))).toBe(width);
      }),
    );
  });

  it('keeps both ends of a name, or the beginning of a list', () => {
    expect(fitted('CopyBidirectional', 9)).toBe('Copy…onal');
    expect(fitted('漢字漢字漢字', 7)).toBe('漢…字  ');
    expect(leading('one two three', 8)).toBe('one two…');
    expect(rightmost('12', 5)).toBe('   12');
  });
});

describe('folded', () => {
  it('loses nothing, and no line is wider than the screen', () => {
    const text = fc.array(fc.oneof(anyText, anyText.map(red)), { maxLength: 4 });
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 30 }), (parts, width) => {
        const whole = parts.join('');
        const lines = folded(whole, width);
        expect(plain(lines.join(''))).toBe(plain(whole).replaceAll('\n', ''));
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('paints each line by itself', () => {
    const [first, second] = folded(red('abcdef'), 3);
    for (const line of [first!, second!]) {
      expect(line.startsWith('\u001b[1m\u001b[31m')).toBe(true);
      expect(line.endsWith('\u001b[0m')).toBe(true);
    }
    expect(folded('abc\ndef', 80)).toEqual(['abc', 'def']);
  });
});
