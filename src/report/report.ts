/** What a report is: a recording and its judgement in, text out. Pure: it reads no file, clock or terminal. */
import type { Judgement } from '../model/finding.ts';
import type { Place, Recording } from '../model/recording.ts';

/** Some lines of source text around a place. Who calls a report reads them. */
export interface CodeFrame {
  /** Number of the first line, from 1. */
  firstLine: number;
  lines: readonly string[];
}

export interface ReportInput {
  recording: Recording;
  judgement: Judgement;
  /** Source text by {@link codeFrameKey}; a place without is shown by name alone. */
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

/** Paths are relative to their segment's root, so a place alone is no key. */
export function codeFrameKey(segment: string, { file, line }: Place): string {
  return `${segment}\n${file}\n${line}`;
}
