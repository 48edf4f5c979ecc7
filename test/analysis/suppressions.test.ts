import { describe, expect, it } from 'vitest';
import {
  ignoreComment,
  type IgnoreComment,
  Suppressions,
} from '../../src/analysis/suppressions.ts';
import type { SuppressionConfig } from '../../src/model/config.ts';
import { spin } from '../report/found-in-proxy.ts';

const using = (
  config: SuppressionConfig[],
  comments: IgnoreComment[] = [],
  baseline: string[] = [],
) => new Suppressions({ config, baseline: new Set(baseline), commentsAt: () => comments });

describe('a comment', () => {
  it('speaks of its line or of the next, with a reason', () => {
    expect(
      ignoreComment('  // selfwake-ignore-next-line self-wake -- by design', 'a.ts', 7),
    ).toEqual({
      file: 'a.ts',
      line: 7,
      target: 8,
      rule: 'self-wake',
      reason: 'by design',
    });
    expect(ignoreComment('wake(); /* selfwake-ignore-line self-wake */', 'a.ts', 7)).toMatchObject({
      target: 7,
      reason: '',
    });
    expect(ignoreComment('// selfwake-ignore self-wake', 'a.ts', 7)).toBeNull();
  });

  it('suppresses findings of its rule only, and is told when it is of no use', () => {
    const comment = ignoreComment('// selfwake-ignore-next-line self-wake -- x', 'a.ts', 7)!;
    const other = { ...comment, rule: 'hot-retry' };
    expect(using([], [comment]).of(spin)).toEqual({ by: 'comment', reason: 'x' });
    const unused = using([], [other]);
    expect(unused.of(spin)).toBeNull();
    expect(unused.unused([other])).toEqual([
      'The comment at a.ts:7 suppresses no finding of hot-retry. Take it out.',
    ]);
  });
});

describe('an entry of the configuration', () => {
  it.each<[Omit<SuppressionConfig, 'reason'>, boolean]>([
    [{ rule: 'self-wake' }, true],
    [{ rule: '*' }, true],
    [{ rule: 'self-wake', unit: 'Tls*' }, true],
    [{ rule: 'self-wake', unit: 'Tls' }, false],
    [{ rule: 'self-wake', file: 'src/*.ts' }, true],
    [{ rule: 'self-wake', file: 'lib/*' }, false],
    [{ rule: 'hot-retry' }, false],
  ])('%j fits: %s', (entry, isFit) => {
    const suppressions = using([{ ...entry, reason: 'known' }]);
    expect(suppressions.of(spin) !== null).toBe(isFit);
    expect(suppressions.unused([])).toHaveLength(isFit ? 0 : 1);
  });
});

it('what a baseline knows fails nothing', () => {
  expect(using([], [], [spin.fingerprint]).of(spin)).toMatchObject({ by: 'baseline' });
  expect(using([], [], ['other']).of(spin)).toBeNull();
});
