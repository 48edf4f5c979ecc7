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
  sarif: {
    summary: 'for code scanning and editors: SARIF 2.1.0',
    load: async () => (await import('./sarif.ts')).sarifReport,
  },
  junit: {
    summary: 'for CI servers: JUnit XML, a test case for each rule and each finding',
    load: async () => (await import('./junit.ts')).junitReport,
  },
  github: {
    summary: "for a GitHub workflow's log: an annotation for each finding",
    load: async () => (await import('./github.ts')).githubReport,
  },
  html: {
    summary: 'for people, one file for a browser: wake graph, flamegraph, timeline, all units',
    load: async () => (await import('./html.ts')).htmlReport,
  },
  markdown: {
    summary: 'for a pull request or a job summary',
    load: async () => (await import('./markdown.ts')).markdownReport,
  },
} as const satisfies Record<string, ReportEntry>;

export type ReportFormat = keyof typeof REPORTS;

export const REPORT_FORMATS = Object.keys(REPORTS) as ReportFormat[];

export function isReportFormat(name: string): name is ReportFormat {
  return Object.hasOwn(REPORTS, name);
}
