/**
 * JUnit's XML, as Jenkins, GitLab and their kin read it: each rule is a test case that passed,
 * was skipped or broke, and each finding one that failed. A note fails nothing; it is told in the
 * output of its case.
 */
import type { Finding } from '../model/finding.ts';
import { notJudgedText } from './not-judged.ts';
import { PLAIN_STYLE, type ReportInput } from './report.ts';
import { repositoryPath } from './source-path.ts';
import { terminalFinding } from './terminal-finding.ts';
import { attribute, textNode } from './xml-text.ts';

interface TestCase {
  /** Attributes after the name. */
  name: string;
  classname: string;
  file: string | null;
  result: 'passed' | 'failure' | 'error' | 'skipped';
  /** What stands inside of the case, as XML. */
  body: string;
}

export function junitReport(input: ReportInput): string {
  const cases = [
    ...input.judgement.findings.map((found) => ofFinding(found, input)),
    ...ofRules(input),
  ];
  const count = (result: TestCase['result']): number =>
    cases.filter((one) => one.result === result).length;
  const counts = [
    attribute('tests', String(cases.length)),
    attribute('failures', String(count('failure'))),
    attribute('errors', String(count('error'))),
    attribute('skipped', String(count('skipped'))),
  ].join(' ');
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="selfwake" ${counts}>`,
    `  <testsuite name="selfwake" ${counts}>`,
    ...cases.map(caseText),
    '  </testsuite>',
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

function caseText({ name, classname, file, body }: TestCase): string {
  const place = file === null ? '' : ` ${attribute('file', file)}`;
  const head = `    <testcase ${attribute('name', name)} ${attribute('classname', classname)}${place}`;
  return body === '' ? `${head}/>` : `${head}>\n${body}\n    </testcase>`;
}

function ofFinding(finding: Finding, input: ReportInput): TestCase {
  const { rule, unit, location, segment, level, message } = finding;
  const text = textNode(terminalFinding(finding, input.codeFrames, PLAIN_STYLE));
  const file = location && repositoryPath(location, segment, input);
  const isFailure = level !== 'note';
  return {
    name: `${rule} in ${unit.name}`,
    classname: `selfwake.${rule}`,
    file,
    result: isFailure ? 'failure' : 'passed',
    body: isFailure
      ? `      <failure ${attribute('message', message)} ${attribute('type', level)}>${text}</failure>`
      : `      <system-out>${text}</system-out>`,
  };
}

/** Rules of which no finding speaks. */
function ofRules({ rules, judgement, recording }: ReportInput): TestCase[] {
  const found = new Set(judgement.findings.map(({ rule }) => rule));
  return rules
    .filter(({ id }) => !found.has(id))
    .map(({ id }) => {
      const base = { name: id, classname: `selfwake.${id}`, file: null };
      const broken = judgement.brokenRules.find(({ rule }) => rule === id);
      if (broken !== undefined) {
        const body = `      <error ${attribute('message', broken.error)} type="broken-rule"/>`;
        return { ...base, result: 'error', body };
      }
      const own = judgement.notRun.filter(({ rule }) => rule === id);
      const why = notJudgedText(own, recording);
      return why === null
        ? { ...base, result: 'passed', body: '' }
        : { ...base, result: 'skipped', body: `      <skipped ${attribute('message', why)}/>` };
    });
}
