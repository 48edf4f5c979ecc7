import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';
import type { SegmentInfo } from '../../model/recording.ts';

let made = 0;

/** Introduces this thread as a segment. `hasAgent`: somebody beside it sees a poll that never returns. */
export function describeSegment(root: string, hasAgent: boolean): SegmentInfo {
  made += 1;
  const startedAtMs = Date.now();
  return {
    id: `executor-${process.pid}-${threadId}-${made}-${startedAtMs}`,
    source: 'executor',
    process: {
      host: hostname(),
      pid: process.pid,
      parentPid: process.ppid,
      thread: threadId,
      command: process.argv,
      runtime: `node ${process.versions.node}`,
    },
    startedAtMs,
    root,
    sees: [
      'polls',
      'self-wakes',
      'reads',
      'task-wakes',
      'quiet',
      'polls-after-ready',
      'collected-wakers',
      ...(hasAgent ? (['stuck-polls'] as const) : []),
    ],
  };
}
