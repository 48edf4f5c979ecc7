/**
 * Where an error was made, as its own stack text tells. The text is read and nothing else:
 * call sites could be had only by putting something else in its place.
 */
import type { Frame } from './call-sites.ts';

const LINE =
  /^\s+at (?:async )?(?:(?<name>[^()\n]+?)(?: \[as [^\]]+\])? \()?(?<url>(?:file:\/\/|\/|[A-Za-z]:\\)[^()\n]*?):(?<line>\d+):(?<column>\d+)\)?$/gm;

export interface ThrowSite {
  frame: Frame;
  /** The lines are those of the source text already: Node, or a loader, maps what it prints. */
  isMapped: boolean;
}

/** The innermost frame that `isWanted`. Null for what is no error, or tells no place. */
export function throwSite(error: unknown, isWanted: (frame: Frame) => boolean): ThrowSite | null {
  try {
    const stack: unknown = error instanceof Error ? error.stack : null;
    if (typeof stack !== 'string') return null;
    for (const { groups } of stack.matchAll(LINE)) {
      const frame = frameOf(groups ?? {});
      if (isWanted(frame)) return { frame, isMapped: isPrintedMapped() };
    }
  } catch {
    // A stack that throws when it is read tells nothing.
  }
  return null;
}

function frameOf({ name, url = '', line, column }: Record<string, string | undefined>): Frame {
  return {
    url,
    line: Number(line),
    column: Number(column),
    functionName: name?.replace(/^new /, '') ?? null,
    typeName: null,
    methodName: null,
    isToplevel: true,
  };
}

function isPrintedMapped(): boolean {
  const { sourceMapsEnabled } = process as { sourceMapsEnabled?: boolean };
  return sourceMapsEnabled === true;
}
