/** Writes reports to files, each whole or not at all. */
import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SelfwakeError } from '../model/errors.ts';
import { PLAIN_STYLE, type ReportInput } from '../report/report.ts';
import { REPORTS } from '../report/reports.ts';
import type { ReportTarget } from './option-parsers.ts';

/** Writes all that can be written, and answers an error for each that cannot. */
export async function writeReports(
  targets: readonly ReportTarget[],
  input: Omit<ReportInput, 'style'>,
): Promise<SelfwakeError[]> {
  const errors: SelfwakeError[] = [];
  for (const { format, file } of targets) {
    try {
      const report = await REPORTS[format].load();
      await writeWhole(file, report({ ...input, style: PLAIN_STYLE }));
    } catch (cause) {
      errors.push(cannotWrite(format, file, cause));
    }
  }
  return errors;
}

/** Through a neighbour that then takes the name: a reader never sees half a report. */
async function writeWhole(file: string, text: string): Promise<void> {
  const unique = randomBytes(4).toString('hex');
  const neighbour = join(dirname(file), `.${basename(file)}.${unique}`);
  try {
    await writeFile(neighbour, text);
    await rename(neighbour, file);
  } catch (error) {
    await rm(neighbour, { force: true });
    throw error;
  }
}

function cannotWrite(format: string, file: string, cause: unknown): SelfwakeError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SelfwakeError(
    'cannot-write-report',
    `Cannot write the ${format} report ${file}: ${why}. Choose another file for --report.`,
    { cause },
  );
}
