import { describe, expect, it } from 'vitest';
import type { Judgement } from '../../src/model/finding.ts';
import type { ReportInput } from '../../src/report/report.ts';
import { shownKey, terminalReport } from '../../src/report/terminal.ts';
import { terminalFinding } from '../../src/report/terminal-finding.ts';
import { cycle, input, judgement, recording, segmentOf, spin } from './found-in-proxy.ts';

const fine: Judgement = { verdict: 'ok', findings: [], notRun: [], brokenRules: [] };

function longestLine(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}

describe('the terminal report', () => {
  it('says what, where, why, and what to do, then the counts, in this order', () => {
    expect(terminalReport(input)).toMatchInlineSnapshot(`
      "error  self-wake in TlsStream  (proven)

        what    TlsStream answered Pending and woke its own task 1,024 times in a row.
        where   src/tls.ts:120:3 in TlsStream.pollRead
                  119 |   if (this.wantsRead) {
                > 120 |   cx.waker.wakeByRef();
                      |   ^
                  121 | }
        why     streak      1,024 polls  threshold self-wake.streak=1000
                per second  250,000/s
                state       unchanged in 32 samples
        chain   CopyBidirectional  src/copy.ts:8
                └ PeekableReader
                  └ TlsStream      src/tls.ts:120  ◀ here
                    └ MeteredIo
        test    proxies > a half-closed connection
        task    connection 5, spawned at src/server.ts:30:3 in serve
        process 11
        do      Pending must wait for something: leave the waker with what will unblock the task.
                selfwake explain self-wake

      warning  wake-cycle in Reader  (likely)

        what    Reader and Writer wake each other.
        where   not known: no stack could be taken
        why     streak      1,024 polls  threshold wake-cycle.streak=1000
                per second  250,000/s
                state       unchanged in 32 samples
        cycle   ┌▶ Reader  src/a.ts:3  wakes Writer (512×, waker)
                │  Writer  wakes Reader (511×, yield)
                └──────────┘
        test    proxies > a half-closed connection
        process 11
        do      Pending must wait for something: leave the waker with what will unblock the task.
                selfwake explain wake-cycle

      future type            polls    pending  self-woken  yields  reads  empty     streak
      CopyBidirectional  1,234,570  1,234,561   1,234,000       0      4      1  1,233,999
      Accept                    12         10           0       3      0      0          0

      Not judged: lost-waker (no --expose-gc).

      found  1 error, 1 warning in 1,234,582 polls, 2.5 s
      "
    `);
  });

  it('shows the table of counts also when nothing was found', () => {
    const text = terminalReport({ ...input, judgement: fine });
    expect(text).toContain('CopyBidirectional  1,234,570');
    expect(text).toContain('ok  no busy loop found in 1,234,582 polls, 2.5 s');
  });

  it('does not call a run fine in which too little was seen', () => {
    const text = terminalReport({
      ...input,
      recording: { ...recording, segments: [] },
      judgement: { ...fine, verdict: 'not-enough' },
    });
    expect(text).toContain('No future was polled.');
    expect(text).toContain('not enough seen');
    expect(text).not.toContain('ok  ');
  });

  it('only names what is on the screen already, with its newest sentence', () => {
    const shown = new Set([shownKey(spin)]);
    const grown = { ...spin, message: 'TlsStream answered Pending 9,999 times in a row.' };
    const text = terminalReport(
      { ...input, judgement: { ...judgement, findings: [grown, cycle] } },
      { shown },
    );
    expect(text).toContain('9,999 times');
    expect(text).toContain('self-wake in TlsStream  (proven, shown above)');
    expect(text).not.toContain('self-wake in TlsStream  (proven)\n\n  what');
    expect(text).toContain('Reader and Writer wake each other.');
    expect(text).toContain('┌▶ Reader');
  });

  it('shows a finding again whose confidence or place has changed', () => {
    const shown = new Set([shownKey({ ...spin, confidence: 'likely' })]);
    expect(terminalReport(input, { shown })).toContain('wakeByRef');
  });

  it('obeys nothing that a watched program put into its names', () => {
    const evil = '\u001b[2J\u001b]0;owned\u0007\u202eevil\r\nok  no busy loop found';
    const finding = {
      ...spin,
      unit: { ...spin.unit, name: evil },
      message: evil,
      advice: evil,
      task: { name: evil, spawnedAt: spin.location },
      location: { ...spin.location!, file: evil, functionName: evil },
      chain: spin.chain.map((layer) => ({ ...layer, name: evil })),
      cycle: cycle.cycle.map((step) => ({ ...step, unit: evil })),
      evidence: { [evil]: { value: evil } },
    };
    const evilUnit = { id: 1, kind: 'future' as const, name: evil, place: null, key: evil };
    const segment = segmentOf(1, [
      { unit: evilUnit, counters: recording.segments[0]!.counters.get(1)! },
    ]);
    const text = terminalReport({
      ...input,
      recording: { ...recording, segments: [segment] },
      judgement: {
        verdict: 'found',
        findings: [finding],
        notRun: [{ rule: 'r', segment: 's', need: 'n', why: evil }],
        brokenRules: [{ rule: 'r', error: evil }],
      },
    });
    // biome-ignore lint: looking for control characters is the point
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text.split('\n').filter((line) => line.startsWith('ok  '))).toEqual([]);
  });

  it('keeps within the width that it is given', () => {
    const narrow: ReportInput = { ...input, style: { hasColor: false, width: 80 } };
    const deep = `packages/${'deep/'.repeat(20)}reader.ts`;
    const location = { ...spin.location!, file: deep };
    const findings = [
      { ...spin, chain: spin.chain.map((layer) => ({ ...layer, place: location })) },
      { ...cycle, cycle: cycle.cycle.map((step) => ({ ...step, location })) },
    ];
    const text = terminalReport({ ...narrow, judgement: { ...judgement, findings } });
    expect(longestLine(text)).toBeLessThanOrEqual(80);
    expect(text).toMatch(/CopyBidirectional +1\.23M +1\.23M +1\.23M +0 +4 +1 +1\.23M/);
    expect(text).toMatch(/ …\S*deep\/reader\.ts:120 {2}◀ here/);
    expect(text).toMatch(/ …\S*deep\/reader\.ts:120 {2}wakes Writer/);
  });

  it('fits a finding on one screen', () => {
    const chain = Array.from({ length: 40 }, (_, i) => {
      return { name: `Layer${i}`, unit: null, place: null, isGuilty: i === 30 };
    });
    const steps = Array.from({ length: 40 }, () => cycle.cycle[0]!);
    const text = terminalFinding({ ...spin, chain, cycle: steps }, input.codeFrames, input.style);
    expect(text.split('\n').length).toBeLessThanOrEqual(50);
    expect(text).toContain('Layer30');
    expect(text).toContain('Layer0');
    expect(text).toContain('… 32 more');
  });

  it('colours only where asked', () => {
    const escape = '\u001b[';
    expect(terminalReport(input)).not.toContain(escape);
    expect(terminalReport({ ...input, style: { hasColor: true, width: 100 } })).toContain(escape);
  });

  it('marks the place in a line that is too long to be shown whole', () => {
    const line = `${'a'.repeat(300)}HERE${'b'.repeat(300)}`;
    const location = { ...spin.location!, column: 301 };
    const frames = new Map(
      [...input.codeFrames].map(([key]) => [key, { firstLine: 120, lines: [line] }]),
    );
    const rows = terminalFinding({ ...spin, location }, frames, input.style).split('\n');
    const code = rows.findIndex((row) => row.includes('HERE'));
    expect(rows[code + 1]!.indexOf('^')).toBe(rows[code]!.indexOf('HERE'));
    expect(longestLine(rows.join('\n'))).toBeLessThanOrEqual(100);
  });

  it('says what was lost, cut, or broken', () => {
    const lossy = { ...recording.segments[0]!, dropped: 5 };
    const text = terminalReport({
      ...input,
      recording: { ...recording, segments: [lossy], isTruncated: true },
      judgement: { ...fine, brokenRules: [{ rule: 'self-wake', error: 'TypeError: x' }] },
    });
    expect(text).toContain('The recording was cut');
    expect(text).toContain('5 events not counted');
    expect(text).toContain('Rule self-wake failed, which is a bug in selfwake: TypeError: x');
  });

  it('gives each reason for a rule not run once', () => {
    const text = terminalReport(input);
    expect(text.match(/no --expose-gc/g)).toHaveLength(1);
  });
});
