/** What a report is: a recording and its judgement in, text out. Pure: it reads no file, clock or terminal. */
import type { CodeFrame } from '../model/code-frame.ts';
import type { Judgement, Level } from '../model/finding.ts';
import type { Recording } from '../model/recording.ts';

export interface ReportInput {
  recording: Recording;
  judgement: Judgement;
  /** Every rule, in the order in which reports list them. */
  rules: readonly RuleHelp[];
  /** What machines take paths relative to; null: the folder that the program was started in. */
  repositoryRoot: string | null;
  /** Source text by `codeFrameKey`; a place without is shown by name alone. */
  codeFrames: ReadonlyMap<string, CodeFrame>;
  style: ReportStyle;
}

/** What a report tells of a rule beside its findings. */
export interface RuleHelp {
  id: string;
  summary: string;
  level: Level;
  /** Its page, Markdown; empty where nobody has read it. */
  page: string;
}

export interface ReportStyle {
  hasColor: boolean;
  /** Columns; longer texts are wrapped, tables cut. */
  width: number;
}

export type Report = (input: ReportInput) => string;

/** For files and pipes. */
export const PLAIN_STYLE: ReportStyle = { hasColor: false, width: 100 };
