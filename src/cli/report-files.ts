/** Writes reports to files, each whole or not at all. */
import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { reasonOf, SelfwakeError } from '../model/errors.ts';
import { PLAIN_STYLE } from '../report/report.ts';
import { REPORTS, type ReportFormat } from '../report/reports.ts';
import type { ReportTarget } from './option-parsers.ts';
import type { PlainInput } from './report-input.ts';

/**
 * Says before the program runs, not after hours of it, which report could not be written.
 *
 * @throws {SelfwakeError} `cannot-write-report`.
 */
export function checkTargets(targets: readonly ReportTarget[]): void {
  for (const { format, file } of targets) {
    const folder = dirname(file);
    try {
      accessSync(folder, constants.W_OK);
    } catch (cause) {
      const isMissing = !existsSync(folder);
      const why = isMissing ? `there is no folder ${folder}` : `${folder} cannot be written to`;
      throw cannotWrite(format, file, why, cause);
    }
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
      throw cannotWrite(format, file, 'it is a folder');
    }
  }
}

/** Writes all that can be written, and answers an error for each that cannot. */
export async function writeReports(
  options: { report?: readonly ReportTarget[]; format: ReportFormat },
  input: PlainInput,
): Promise<SelfwakeError[]> {
  const errors: SelfwakeError[] = [];
  for (const { format, file } of [...(options.report ?? []), ...jobSummary(options.format)]) {
    try {
      const report = await REPORTS[format].load();
      await writeWhole(file, report({ ...input, style: PLAIN_STYLE }));
    } catch (cause) {
      const why = reasonOf(cause);
      errors.push(cannotWrite(format, file, why, cause));
    }
  }
  return errors;
}

/** Of a workflow that shows the findings in its log, GitHub shows Markdown, too, that lies in this file. */
function jobSummary(format: ReportFormat): ReportTarget[] {
  const file = process.env['GITHUB_STEP_SUMMARY'];
  const isWanted = format === 'github' && file !== undefined && file !== '';
  return isWanted ? [{ format: 'markdown', file }] : [];
}

/** Through a neighbour that then takes the name: a reader never sees half a report. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const known = statSync(file, { throwIfNoEntry: false });
  // A pipe or a device (/dev/stdout) is written to, never replaced.
  if (known !== undefined && !known.isFile()) return writeFile(file, text);
  const target = known === undefined ? file : await realpath(file);
  const unique = randomBytes(4).toString('hex');
  const neighbour = join(dirname(target), `.${basename(target)}.${unique}`);
  try {
    await writeFile(neighbour, text);
    await rename(neighbour, target);
  } catch (error) {
    await rm(neighbour, { force: true });
    throw error;
  }
}

function cannotWrite(format: string, file: string, why: string, cause?: unknown): SelfwakeError {
  return new SelfwakeError(
    'cannot-write-report',
    `Cannot write the ${format} report ${file}: ${why}. Choose another file for --report.`,
    { cause },
  );
}
