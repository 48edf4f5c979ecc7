/** The reports by name, each loaded when it is asked for. */
import type { Report } from './report.ts';

export interface ReportEntry {
  /** One line for `--help`. */
  summary: string;
  load(): Promise<Report>;
}

export const REPORTS = {
  terminal: {
    summary: 'for people: each finding on one screen, then the counts of every future type',
    load: async () => (await import('./terminal.ts')).terminalReport,
  },
  json: {
    summary: 'for programs: one object, described by selfwake/report.schema.json',
    load: async () => (await import('./json.ts')).jsonReport,
  },
} as const satisfies Record<string, ReportEntry>;

export type ReportFormat = keyof typeof REPORTS;

export const REPORT_FORMATS = Object.keys(REPORTS) as ReportFormat[];

export function isReportFormat(name: string): name is ReportFormat {
  return Object.hasOwn(REPORTS, name);
}
