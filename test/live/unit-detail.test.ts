import { describe, expect, it } from 'vitest';
import { unitDetail } from '../../src/cli/live/unit-detail.ts';
import { PLAIN_STYLE } from '../../src/report/report.ts';
import { terminalFinding } from '../../src/report/terminal-finding.ts';
import { cycle, input, spin } from '../report/found-in-proxy.ts';
import { calmSegment, probed } from '../rules/calm-segment.ts';
import { liveRow } from './live-row.ts';

describe('the detail of a row', () => {
  it('has its findings in full, as the terminal report has them, then its numbers', () => {
    const row = liveRow({ name: 'TlsStream', findings: [spin, cycle] });
    const text = unitDetail(row, input.codeFrames, PLAIN_STYLE);
    const [first, second] = [spin, cycle].map((finding) =>
      terminalFinding(finding, input.codeFrames, PLAIN_STYLE),
    );
    expect(text.startsWith(`${first}\n${second}\n  unit        TlsStream\n`)).toBe(true);
    expect(text).toContain('  counts of   Reader\n  polls       5,000\n');
    expect(text).toContain('  task        conn');
    expect(text).not.toContain('Nothing was found');
  });

  it('says that nothing was found where nothing was', () => {
    const text = unitDetail(liveRow({ segment: calmSegment() }), new Map(), PLAIN_STYLE);
    expect(text).toMatch(/^Reader\n\n {2}unit {8}Reader\n {2}place {7}not known\n/);
    expect(text.endsWith('Nothing was found in it so far.')).toBe(true);
  });

  it('tells of a thread what it runs, and how much was seen', () => {
    const blind = [{ need: 'loops' as const, why: 'no hooks\u001b[2J here' }];
    const segment = { ...probed(), blind, tracedNs: 300_000_000 };
    const row = liveRow({ kind: 'thread', name: 'process 7', place: 'app.js', segment });
    const text = unitDetail(row, new Map(), PLAIN_STYLE);
    expect(text).toContain('  runs        app.js\n');
    expect(text).toContain('  watched     10.0 s, 2 traces in 0.3 s\n');
    expect(text).toContain('no hooks\\u001b[2J here');
  });
});
