/** Judges lines that are all there, and reports: what commands that read files have in common. */
import { Ledger } from '../ledger/ledger.ts';
import { headerLine, type Line, type Recording } from '../model/recording.ts';
import { REPORTS } from '../report/reports.ts';
import { RecordFile } from '../session/record-file.ts';
import { judgeWith, type JudgingOptions } from './judging-options.ts';
import { FAILED, judgedOutcome, type Outcome } from './outcome.ts';
import { reportInput } from './report-input.ts';
import { checkTargets, writeReports } from './report-files.ts';
import { errorScreen, outputScreen } from './screen.ts';
import { toolVersion } from './tool-version.ts';

export async function judgeLines(
  read: () => Promise<Line[]>,
  options: JudgingOptions & { record?: string },
): Promise<Outcome> {
  checkTargets(options.report ?? []);
  const lines = [headerLine(toolVersion()), ...(await read())];
  if (options.record !== undefined) keep(lines, options.record);
  const ledger = new Ledger();
  for (const line of lines) ledger.add(line);
  return reportOn(ledger.recording(), options);
}

/** Prints and writes what was found, and says how to end. */
export async function reportOn(recording: Recording, options: JudgingOptions): Promise<Outcome> {
  const judgement = judgeWith(options)(recording);
  const input = reportInput(recording, judgement);
  const screen = outputScreen();
  const report = await REPORTS[options.format].load();
  screen.write(report({ ...input, style: screen.style }));
  const errors = await writeReports(options, input);
  for (const error of errors) errorScreen().write(`selfwake: ${error.message}\n`);
  const outcome = judgedOutcome(judgement, options.failOn);
  return errors.length > 0 && outcome.exitCode === 0 ? FAILED : outcome;
}

function keep(lines: readonly Line[], path: string): void {
  const record = new RecordFile(path, (error) =>
    errorScreen().write(`selfwake: ${error.message}\n`),
  );
  try {
    for (const line of lines) record.append(line);
  } finally {
    record.close();
  }
}
