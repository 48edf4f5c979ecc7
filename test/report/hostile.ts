/** Everything that comes from a watched program, replaced by text that means harm. */
import type { Finding } from '../../src/model/finding.ts';
import type { ReportInput } from '../../src/report/report.ts';
import { input, spin } from './found-in-proxy.ts';

export const HOSTILE: Readonly<Record<string, string>> = {
  'a closing tag': '</script></pre><img src=x onerror=alert(1)>',
  'an end of CDATA': ']]></failure><testcase name="forged"/>',
  'escape sequences': '\u001b[2J\u001b]8;;http://x\u0007\u009b31m',
  'a line end and a command': '\r\n::error file=a::forged\n::set-output name=x::y',
  'a writing direction': '\u202egnp.exe\u2066\u200f',
  'a long name': 'Long'.repeat(2500),
  'halves of pairs': '\ud83d \ude00 \uffff',
  'marks of Markdown': '`` ` ``` [a](http://x) ![i](x) **b** | # @everyone <b>&lt; $x$',
  'marks of templates': '{0} {{x}} ${y} %s %0A %25 \\n',
};

/** The same finding as in the proxy, with `text` wherever the program could have put it. */
export function hostileInput(text: string): ReportInput {
  const place = { file: `src/${text}.ts`, line: 3, column: 2, functionName: text };
  const finding: Finding = {
    ...spin,
    unit: { ...spin.unit, name: text, key: `future|${text}||` },
    task: { name: text, spawnedAt: place },
    location: place,
    chain: [
      { name: text, unit: null, place, isGuilty: false },
      { name: text, unit: null, place, isGuilty: true },
    ],
    message: `${text} answered Pending`,
    evidence: { ...spin.evidence, moved: { value: text } },
    cycle: [{ unit: text, location: place, wakes: 5, via: 'waker' }],
    fingerprint: `self-wake|${text}`,
  };
  const [segment] = input.recording.segments;
  const units = new Map([...segment!.units].map(([id, unit]) => [id, { ...unit, name: text }]));
  const info = { ...segment!.info, process: { ...segment!.info.process, command: [text] } };
  return {
    ...input,
    recording: { ...input.recording, segments: [{ ...segment!, info, units }] },
    judgement: {
      ...input.judgement,
      findings: [finding, { ...finding, level: 'note' }],
      notRun: [{ rule: 'lost-waker', segment: segment!.info.id, need: 'more', why: text }],
      brokenRules: [{ rule: 'hot-retry', error: text }],
    },
    codeFrames: new Map([
      [`${spin.segment}\n${place.file}\n3`, { firstLine: 2, lines: [text, text, text] }],
    ]),
  };
}
