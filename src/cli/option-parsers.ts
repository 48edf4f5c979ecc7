/** Option values from text, each with a sentence that says what would have been right. */
import { InvalidArgumentError } from 'commander';
import { parseThreshold, type ThresholdSetting } from '../analysis/thresholds.ts';
import { SelfwakeError } from '../model/errors.ts';
import { isReportFormat, REPORT_FORMATS, type ReportFormat } from '../report/reports.ts';

export interface ReportTarget {
  format: ReportFormat;
  file: string;
}

const MS_PER_UNIT = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Longer than Node's timers can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/** `FORMAT=FILE`, gathered over repeated options. */
export function parseReportTarget(text: string, before: ReportTarget[] = []): ReportTarget[] {
  const [name = '', ...rest] = text.split('=');
  const file = rest.join('=');
  if (file === '') {
    throw new InvalidArgumentError('Write FORMAT=FILE, for example json=selfwake.json.');
  }
  return [...before, { format: parseFormat(name), file }];
}

export function parseFormat(name: string): ReportFormat {
  if (isReportFormat(name)) return name;
  throw new InvalidArgumentError(
    `There is no report '${name}'. Use one of: ${REPORT_FORMATS.join(', ')}.`,
  );
}

/** `RULE.KEY=N`, gathered over repeated options; the later of the same key wins. */
export function parseThresholds(text: string, before: ThresholdSetting[] = []): ThresholdSetting[] {
  try {
    return [...before, parseThreshold(text)];
  } catch (error) {
    if (!(error instanceof SelfwakeError)) throw error;
    throw new InvalidArgumentError(`${error.message} \`selfwake rules\` lists all.`);
  }
}

/** The number of a process. */
export function parsePid(text: string): number {
  const pid = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (pid > 0) return pid;
  throw new InvalidArgumentError('Write the number of a process, as ps shows it.');
}

/** `10s`, `500ms`, `2m`, `1h`, to milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  const unit = match?.[2] as keyof typeof MS_PER_UNIT | undefined;
  const ms = unit === undefined ? Number.NaN : Number(match?.[1]) * MS_PER_UNIT[unit];
  if (ms >= 1 && ms <= LONGEST_MS) return Math.round(ms);
  throw new InvalidArgumentError(
    'Write a number and a unit (ms, s, m, h), for example 10s; from 1ms to 24 days.',
  );
}
