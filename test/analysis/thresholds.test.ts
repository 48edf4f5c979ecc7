import { describe, expect, it } from 'vitest';
import { judge } from '../../src/analysis/judge.ts';
import { parseThreshold, thresholdOverrides } from '../../src/analysis/thresholds.ts';
import { SelfwakeError } from '../../src/model/errors.ts';
import { recordingOf, selfWakeSuspicion, suspicious } from '../rules/calm-segment.ts';

function errorOf(run: () => unknown): SelfwakeError {
  try {
    run();
  } catch (error) {
    if (error instanceof SelfwakeError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}

describe('parseThreshold', () => {
  it('reads RULE.KEY=N', () => {
    expect(parseThreshold('self-wake.streak=500')).toEqual({
      rule: 'self-wake',
      key: 'streak',
      value: 500,
    });
    expect(parseThreshold(' self-wake.share=0.5 ').value).toBe(0.5);
    expect(parseThreshold('self-wake.streak=1e6').value).toBe(1_000_000);
  });

  it.each(['', 'self-wake', 'self-wake.streak', 'self-wake.streak=', '.streak=1', 'streak=1'])(
    'refuses %j and shows how to write one',
    (text) => {
      const error = errorOf(() => parseThreshold(text));
      expect(error.code).toBe('threshold-malformed');
      expect(error.message).toContain('RULE.KEY=N');
    },
  );

  it('lists the rules for one that does not exist', () => {
    const error = errorOf(() => parseThreshold('self-woke.streak=1'));
    expect(error.code).toBe('rule-unknown');
    expect(error.message).toMatch(/self-wake, ready-without-progress, wake-cycle/);
  });

  it.each(['strike', 'constructor', '__proto__'])('lists the keys for %s', (key) => {
    const error = errorOf(() => parseThreshold(`self-wake.${key}=1`));
    expect(error.code).toBe('threshold-unknown');
    expect(error.message).toMatch(/streak, perSecond, share, windows, maxPollUs, yieldStreak/);
  });

  it('says so where a rule has no thresholds', () => {
    const error = errorOf(() => parseThreshold('lost-waker.count=1'));
    expect(error.message).toContain("'lost-waker' has no thresholds");
  });

  it.each(['0', '-1', '1e99', 'NaN', 'Infinity', 'many', '1000polls'])(
    'names the range and the default for %s',
    (value) => {
      const error = errorOf(() => parseThreshold(`self-wake.streak=${value}`));
      expect(error.code).toBe('threshold-out-of-range');
      expect(error.message).toMatch(/from 1 to 1000000000 \(polls\).*default is 1000/);
    },
  );
});

describe('thresholdOverrides', () => {
  it('lets the later setting win', () => {
    const settings = ['self-wake.streak=5', 'self-wake.share=0.5', 'self-wake.streak=7'];
    expect(thresholdOverrides(settings.map(parseThreshold))).toEqual({
      'self-wake': { streak: 7, share: 0.5 },
    });
  });
});

describe('judge with thresholds', () => {
  const recording = recordingOf(suspicious(selfWakeSuspicion({ streak: 600 })));

  it('takes them in place of the defaults', () => {
    expect(judge(recording).verdict).toBe('ok');
    const { findings } = judge(recording, { thresholds: { 'self-wake': { streak: 600 } } });
    expect(findings[0]?.evidence['streak']).toEqual({
      value: 600,
      unit: 'polls',
      threshold: 600,
      thresholdKey: 'streak',
    });
  });

  it('checks them as it does those of the command line', () => {
    const code = (thresholds: Record<string, Record<string, number>>) =>
      errorOf(() => judge(recording, { thresholds })).code;
    expect(code({ 'self-woke': {} })).toBe('rule-unknown');
    expect(code({ 'self-wake': { strike: 1 } })).toBe('threshold-unknown');
    expect(code({ 'self-wake': { streak: 0 } })).toBe('threshold-out-of-range');
  });
});
