import type { Place } from './recording.ts';

/** Some lines of source text around a place. Who calls a report reads them. */
export interface CodeFrame {
  /** Number of the first line, from 1. */
  firstLine: number;
  lines: readonly string[];
}

/** Paths are relative to their segment's root, so a place alone is no key. */
export function codeFrameKey(segment: string, { file, line }: Place): string {
  return `${segment}\n${file}\n${line}`;
}
