/** How much was seen: what a verdict stands on. */
import type { Recording } from '../model/recording.ts';
import { grouped, plural } from './paint.ts';

/** Polls where there are futures; else threads that were watched. */
export function seenText({ segments }: Recording): string {
  let polls = 0;
  let traces = 0;
  let longestNs = 0;
  const threads = new Set<string>();
  const processes = new Set<string>();
  for (const { info, counters, lastAt, ...segment } of segments) {
    const { host, pid, thread } = info.process;
    processes.add(`${host} ${pid}`);
    threads.add(`${host} ${pid} ${thread}`);
    longestNs = Math.max(longestNs, lastAt);
    traces += segment.traces;
    for (const each of counters.values()) polls += each.polls;
  }
  const time = `${(longestNs / 1e9).toFixed(1)} s`;
  if (polls > 0 || !segments.some(({ info }) => info.sees.includes('loops'))) {
    return `${plural(polls, 'poll')}, ${time}`;
  }
  const own = processes.size === 1 ? '' : ` of ${grouped(processes.size)} processes`;
  return `${plural(threads.size, 'thread')}${own}, watched for ${time}, ${plural(traces, 'trace')} taken`;
}
