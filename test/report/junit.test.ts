import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { junitReport } from '../../src/report/junit.ts';
import { RULES } from '../../src/rules/index.ts';
import type { ReportInput } from '../../src/report/report.ts';
import { input, judgement, spin } from './found-in-proxy.ts';
import { HOSTILE, hostileInput } from './hostile.ts';

const schema = readFileSync(new URL('junit.xsd', import.meta.url), 'utf8');

async function validXml(report: ReportInput): Promise<string> {
  const xml = junitReport(report);
  const { valid, rawOutput } = await validateXML({
    xml: [{ fileName: 'junit.xml', contents: xml }],
    schema: [schema],
  });
  expect(valid, rawOutput).toBe(true);
  return xml;
}

describe('the JUnit report', () => {
  it('has a failure for each finding, and a case for each rule', async () => {
    const xml = await validXml(input);
    expect(xml).toContain(`tests="${RULES.length}" failures="2" errors="0" skipped="1"`);
    expect(xml).toContain(
      '<testcase name="self-wake in TlsStream" classname="selfwake.self-wake" file="proxy/src/tls.ts">',
    );
    expect(xml).toMatch(
      /<failure message="TlsStream answered[^"]*" type="error">error {2}self-wake/,
    );
    expect(xml).toContain('<skipped message="Not judged: lost-waker (no --expose-gc)."/>');
    expect(xml).toContain('<testcase name="hot-retry" classname="selfwake.hot-retry"/>');
  });

  it('fails nothing for a note', async () => {
    const findings = [{ ...spin, level: 'note' as const }];
    const xml = await validXml({ ...input, judgement: { ...judgement, findings } });
    expect(xml).toContain('failures="0"');
    expect(xml).toContain('<system-out>note  self-wake');
  });

  it('has an error for a rule that broke', async () => {
    const brokenRules = [{ rule: 'hot-retry', error: 'TypeError: "x" < 3' }];
    const xml = await validXml({ ...input, judgement: { ...judgement, brokenRules } });
    expect(xml).toContain('<error message="TypeError: &quot;x&quot; &lt; 3" type="broken-rule"/>');
  });

  it.each(Object.entries(HOSTILE))('is valid with %s in every name', async (_, text) => {
    const xml = await validXml(hostileInput(text));
    expect(xml.match(/<testcase /g)).toHaveLength(RULES.length + 1);
    expect(xml.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/u);
  });
});
