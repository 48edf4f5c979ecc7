import { describe, expect, it } from 'vitest';
import { judge } from '../../src/analysis/judge.ts';
import {
  calmSegment,
  recordingOf,
  selfWakeSuspicion,
  silentSegment,
  suspicious,
} from '../rules/calm-segment.ts';

describe('judge', () => {
  it('says ok where polls were seen and nothing was wrong', () => {
    expect(judge(recordingOf(calmSegment()))).toMatchObject({ verdict: 'ok', findings: [] });
  });

  it('says not-enough where there is nothing to judge', () => {
    expect(judge(recordingOf()).verdict).toBe('not-enough');
    expect(judge(recordingOf(silentSegment())).verdict).toBe('not-enough');
  });

  it('fills in names, sentences and a fingerprint that no line is in', () => {
    const { verdict, findings } = judge(recordingOf(suspicious(selfWakeSuspicion())));
    expect(verdict).toBe('found');
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      rule: 'self-wake',
      level: 'error',
      confidence: 'proven',
      unit: { name: 'Reader', kind: 'future' },
      task: { name: 'conn' },
      process: { pid: 7 },
      message: expect.stringContaining('Reader answered Pending and woke its own task 1,000 times'),
      fingerprint: 'self-wake|future|Reader|reader.ts||pollRead',
    });
  });
});
