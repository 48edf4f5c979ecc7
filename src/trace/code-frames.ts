/** Source text around the places of findings, for reports, which read no files themselves. */
import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { codeFrameKey, type CodeFrame } from '../model/code-frame.ts';
import type { Finding } from '../model/finding.ts';
import type { Place, Recording } from '../model/recording.ts';

/** Lines shown before and after the place. */
const AROUND = 2;

/** Generated bundles are no reading matter, and slow to read. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;

export function codeFramesFor(
  findings: readonly Finding[],
  recording: Recording,
): Map<string, CodeFrame> {
  const frames = new Map<string, CodeFrame>();
  const roots = new Map(recording.segments.map(({ info }) => [info.id, info.root]));
  for (const { location, segment } of findings) {
    if (location === null) continue;
    const frame = readFrame(location, roots.get(segment) ?? '.');
    if (frame !== null) frames.set(codeFrameKey(segment, location), frame);
  }
  return frames;
}

/** Null where the source is not on this machine, or is no longer as long as it was. */
function readFrame({ file, line }: Place, root: string): CodeFrame | null {
  if (/^[a-z][a-z+.-]+:/i.test(file) && !isAbsolute(file)) return null;
  try {
    const path = resolve(root, file);
    const facts = statSync(path);
    // A path is what a program said: a device or a pipe would never end.
    if (!facts.isFile() || facts.size > MAX_FILE_BYTES) return null;
    const lines = readFileSync(path, 'utf8').split(/\r?\n/);
    if (line > lines.length) return null;
    const first = Math.max(1, line - AROUND);
    return { firstLine: first, lines: lines.slice(first - 1, line + AROUND) };
  } catch {
    return null;
  }
}
