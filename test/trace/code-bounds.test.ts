import { describe, expect, it } from 'vitest';
import { boundsOf } from '../../src/trace/code-bounds.ts';

describe('what a name is compared with', () => {
  it.each([
    ['if (this.looks < 10) return', [{ kind: 'literal', value: 10 }]],
    ['while (looks !== this.end)', [{ kind: 'name', name: 'end', owner: 'this' }]],
    [`if (kind === 'a' && looks >= 1_000)`, [{ kind: 'literal', value: 1000 }]],
  ])('is found in %s', (text, bounds) => {
    expect(boundsOf('looks', [], text)).toEqual(bounds);
  });

  it.each([
    'this.looks += 1; // <- looks again next turn here',
    'this.looks += 1; /* looks < 10, they say\n looks === end */',
    `log('looks < 10'); log("it's looks > 3"); this.looks += 1;`,
    'log(`looks < ${10}`); this.looks += 1;',
  ])('is not taken from a comment or a text: %s', (text) => {
    expect(boundsOf('looks', [], text)).toEqual([]);
  });
});
