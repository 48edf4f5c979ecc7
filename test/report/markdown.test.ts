import { describe, expect, it } from 'vitest';
import { markdownReport } from '../../src/report/markdown.ts';
import { input, judgement, recording, spin } from './found-in-proxy.ts';
import { HOSTILE, hostileInput } from './hostile.ts';

describe('the Markdown report', () => {
  it('tells the verdict, each finding with its code, and folds the rest away', () => {
    const text = markdownReport(input);
    expect(text).toContain('## selfwake: 2 findings in 1,234,582 polls, 2.5 s\n');
    expect(text).toContain('### error: `self-wake` in `TlsStream` (proven)\n');
    expect(text).toContain('At `src/tls.ts:120:3 in TlsStream.pollRead`\n');
    expect(text).toContain('```text\n  119 |   if (this.wantsRead) {\n> 120 |   cx.waker');
    expect(text).toContain('**What to do.** Pending must wait for something: leave');
    expect(text).toContain(
      '<details><summary>Counts per future type</summary>\n\n```text\nfuture type',
    );
    expect(text).toContain('<details><summary>Not judged</summary>\n\nNot judged: lost\\-waker');
  });

  it('has a sentence for the other verdicts, and for a recording that was cut', () => {
    const of = (verdict: 'ok' | 'not-enough') =>
      markdownReport({
        ...input,
        recording: { ...recording, isTruncated: true },
        judgement: { ...judgement, verdict, findings: [] },
      });
    expect(of('ok')).toContain('## selfwake: no busy loop in 1,234,582 polls');
    expect(of('not-enough')).toContain('which is too little to call it fine');
    expect(of('ok')).toContain('The recording was cut');
  });

  it('tells what failed the run beside findings, and what was suppressed', () => {
    const what = 'empty reads and writes' as const;
    const worse = [{ unit: 'Reader', key: 'k', what, before: 0, after: 0.5, of: 200 }];
    const suppressed = [{ finding: spin, by: 'baseline' as const, reason: '' }];
    const text = markdownReport({ ...input, judgement: { ...judgement, worse, suppressed } });
    expect(text).toContain('Worse: Reader has 50.0 % empty reads and writes of 200, from 0.0 %.');
    expect(text).toContain('Suppressed by baseline: self\\-wake in TlsStream');
  });

  it('is no longer than a comment may be', () => {
    const findings = Array.from({ length: 500 }, () => spin);
    const text = markdownReport({ ...input, judgement: { ...judgement, findings } });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain('… and 480 more findings.');
  });

  it.each(Object.entries(HOSTILE))('shows %s and does not obey it', (_, text) => {
    const report = markdownReport(hostileInput(text));
    expect(report.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/u);
    const outside = withoutCode(report);
    expect(outside.match(/<(?!\/?(?:details|summary)>)/g)).toBeNull();
    expect(outside.replace(/\\[^\n]/g, '')).not.toMatch(/[[\]@]/);
    expect(outside.match(/^#{2,3} /gm)).toHaveLength(3);
  });
});

/** What a reader of Markdown takes for text: neither fenced nor in ticks. */
function withoutCode(markdown: string): string {
  return markdown
    .replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '')
    .replace(/(?<![\\`])(`+)(?!`)[^\n]*?[^`\n]\1(?!`)/g, '');
}
