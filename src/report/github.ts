/**
 * For the log of a GitHub workflow: an annotation for each finding, then the terminal's report as
 * a group that can be opened. Printed to the log, not kept in a file; the job summary is the
 * Markdown report.
 */
import type { Finding, Level } from '../model/finding.ts';
import { cleanText } from './clean-text.ts';
import type { ReportInput } from './report.ts';
import { repositoryPath } from './source-path.ts';
import { terminalReport } from './terminal.ts';
import { textHash } from './text-hash.ts';

const COMMANDS: Readonly<Record<Level, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'notice',
};

export function githubReport(input: ReportInput): string {
  const text = terminalReport({ ...input, style: { ...input.style, hasColor: false } });
  // Between these two, no line is a command, whatever a name in it looks like.
  const token = textHash(text);
  const lines = [
    ...input.judgement.findings.map((finding) => annotation(finding, input)),
    '::group::selfwake',
    `::stop-commands::${token}`,
    text.trimEnd(),
    `::${token}::`,
    '::endgroup::',
  ];
  return `${lines.join('\n')}\n`;
}

function annotation(finding: Finding, input: ReportInput): string {
  const { location, rule, unit, level, message, advice, segment } = finding;
  const place =
    location === null
      ? []
      : [
          `file=${property(repositoryPath(location, segment, input))}`,
          `line=${location.line}`,
          `col=${location.column}`,
        ];
  const title = `title=${property(`selfwake: ${rule} in ${unit.name}`)}`;
  const text = data(`${message} ${advice}`);
  return `::${COMMANDS[level]} ${[...place, title].join(',')}::${text}`;
}

function data(text: string): string {
  return cleanText(text).replaceAll('%', '%25');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
