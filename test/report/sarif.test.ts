import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import type { Log, Result } from 'sarif';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/analysis/judge.ts';
import type { ReportInput } from '../../src/report/report.ts';
import { sarifReport } from '../../src/report/sarif.ts';
import { loopSuspicion, probed, recordingOf } from '../rules/calm-segment.ts';
import { cycle, input, judgement, recording } from './found-in-proxy.ts';
import { HOSTILE, hostileInput } from './hostile.ts';

/** Of draft 4, in words that have not changed since. */
const { $schema: _, id: __, ...ofAnyDraft } = schema as Record<string, unknown>;
const ajv = new Ajv({
  strict: false,
  validateFormats: false,
  unicodeRegExp: false,
  allErrors: true,
});
const validate = ajv.compile(ofAnyDraft);

function logOf(report: ReportInput): Log {
  const log = JSON.parse(sarifReport(report)) as Log;
  expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
  return log;
}

const resultsOf = (report: ReportInput): Result[] => logOf(report).runs[0]!.results!;

describe('the SARIF report', () => {
  it('is valid, and has every rule with its page', () => {
    const [run] = logOf(input).runs;
    const rules = run!.tool.driver.rules!;
    expect(rules.map(({ id }) => id)).toEqual(input.rules.map(({ id }) => id));
    expect(rules[0]).toMatchObject({ name: 'SelfWake', help: { markdown: /^# self-wake/ } });
    for (const { ruleId, ruleIndex } of run!.results!) expect(rules[ruleIndex!]!.id).toBe(ruleId);
  });

  it('is valid when nothing was found, when rules broke, and when the recording was cut', () => {
    const brokenRules = [{ rule: 'self-wake', error: 'TypeError: x' }];
    const broken = { ...judgement, findings: [], brokenRules };
    const log = logOf({
      ...input,
      judgement: broken,
      recording: { ...recording, isTruncated: true },
    });
    const [invocation] = log.runs[0]!.invocations!;
    expect(invocation!.executionSuccessful).toBe(false);
    expect(invocation!.toolExecutionNotifications!.map(({ level }) => level)).toEqual([
      'error',
      'note',
      'warning',
    ]);
  });

  it('names places relative to the repository, and the layers around the guilty one', () => {
    const [spin] = resultsOf(input);
    expect(spin!.locations![0]!.physicalLocation).toMatchObject({
      artifactLocation: { uri: 'proxy/src/tls.ts', uriBaseId: 'SRCROOT' },
      region: { startLine: 120, startColumn: 3, snippet: { text: '  cx.waker.wakeByRef();' } },
    });
    expect(spin!.relatedLocations).toHaveLength(1);
    const [, loop] = resultsOf(input);
    expect(loop!.codeFlows![0]!.threadFlows[0]!.locations).toHaveLength(1);
  });

  it('leaves places alone that are in no repository', () => {
    const at = (file: string) => {
      const place = { file, line: 1, column: 1, functionName: null };
      const findings = [{ ...cycle, location: place }];
      const [result] = resultsOf({ ...input, judgement: { ...judgement, findings } });
      return result!.locations![0]!.physicalLocation!.artifactLocation;
    };
    expect(at('/opt/lib x/a.js')).toEqual({ uri: 'file:///opt/lib%20x/a.js' });
    expect(at('node:internal/timers')).toEqual({ uri: 'node:internal/timers' });
    expect(at('../up/a.ts')).toEqual({ uri: 'up/a.ts', uriBaseId: 'SRCROOT' });
    expect(at('C:\\src\\a.ts')).toEqual({ uri: 'file:///C%3A/src/a.ts' });
  });

  it('has fingerprints that stay when lines move, and differ between functions', () => {
    const judged = (line: number, functionName: string) => {
      const place = { file: 'poller.ts', line, column: 5, functionName };
      const found = recordingOf(probed(loopSuspicion({ place })));
      return resultsOf({ ...input, recording: found, judgement: judge(found) })[0]!;
    };
    const print = judged(12, 'check').partialFingerprints;
    expect(print).toEqual(judged(99, 'check').partialFingerprints);
    expect(print).not.toEqual(judged(12, 'other').partialFingerprints);
  });

  it.each(Object.entries(HOSTILE))('is valid and harmless with %s in every name', (_, text) => {
    const log = logOf(hostileInput(text));
    const written = JSON.stringify(log.runs[0]!.results);
    expect(written).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
    // No placeholder and no link is left in a message.
    for (const { message } of log.runs[0]!.results!) {
      expect(message.text!.replaceAll('{{', '').replaceAll('}}', '')).not.toMatch(/[{}]/);
      expect(message.text!.replace(/\\./g, '')).not.toMatch(/[[\]]/);
    }
  });
});
