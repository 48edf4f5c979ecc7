import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';
import { findAgent } from '../../model/agent.ts';
import type { SegmentInfo } from '../../model/recording.ts';

let made = 0;

/** Introduces this thread as a segment. */
export function describeSegment(root: string): SegmentInfo {
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
      ...(findAgent() ? (['stuck-polls'] as const) : []),
    ],
  };
}
