/** What a report is: a recording and its judgement in, text out. Pure: it reads no file, clock or terminal. */
import type { CodeFrame } from '../model/code-frame.ts';
import type { Judgement } from '../model/finding.ts';
import type { Recording } from '../model/recording.ts';

export interface ReportInput {
  recording: Recording;
  judgement: Judgement;
  /** Source text by `codeFrameKey`; a place without is shown by name alone. */
  codeFrames: ReadonlyMap<string, CodeFrame>;
  style: ReportStyle;
}

export interface ReportStyle {
  hasColor: boolean;
  /** Columns; longer texts are wrapped, tables cut. */
  width: number;
}

export type Report = (input: ReportInput) => string;

/** For files and pipes. */
export const PLAIN_STYLE: ReportStyle = { hasColor: false, width: 100 };
