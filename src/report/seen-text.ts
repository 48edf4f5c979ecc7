/** How much was seen: what a verdict stands on. */
import type { Recording, Segment } from '../model/recording.ts';
import { grouped, plural } from './paint.ts';

/** Polls where there are futures; else threads that were watched. */
export function seenText({ segments }: Recording): string {
  let polls = 0;
  let traces = 0;
  let tracedNs = 0;
  let watchedNs = 0;
  let longestNs = 0;
  const threads = new Set<string>();
  const processes = new Set<string>();
  for (const { info, counters, lastAt, ...segment } of segments) {
    const { host, pid, thread } = info.process;
    processes.add(`${host} ${pid}`);
    threads.add(`${host} ${pid} ${thread}`);
    longestNs = Math.max(longestNs, lastAt);
    traces += segment.traces;
    tracedNs += segment.tracedNs;
    watchedNs += segment.watchedNs;
    for (const each of counters.values()) polls += each.polls;
  }
  const samples = segments.reduce((sum, segment) => sum + segment.samples, 0);
  if (polls === 0 && samples > 0) return samplesText(segments, samples, longestNs);
  const time = `${(longestNs / 1e9).toFixed(1)} s`;
  if (polls > 0 || !segments.some(({ info }) => info.sees.includes('loops'))) {
    return `${plural(polls, 'poll')}, ${time}`;
  }
  const own = processes.size === 1 ? '' : ` of ${grouped(processes.size)} processes`;
  const taken = `${plural(traces, 'trace')} taken${slowdown(tracedNs / Math.max(watchedNs, 1))}`;
  return `${plural(threads.size, 'thread')}${own}, watched for ${time}, ${taken}`;
}

/** Who is traced for so long of the time will have felt it. */
const FELT_SHARE = 0.1;

function slowdown(share: number): string {
  if (share < FELT_SHARE) return '';
  return ` in ${Math.round(share * 100)} % of the time, in which the program ran slower`;
}

/** A profile has samples; of some formats it has no time. */
function samplesText(segments: readonly Segment[], samples: number, longestNs: number): string {
  const inPolls = segments.reduce((sum, segment) => sum + segment.samplesInPolls, 0);
  const share = Math.round((100 * inPolls) / samples);
  const time = longestNs === 0 ? '' : `, ${(longestNs / 1e9).toFixed(1)} s`;
  return `${plural(samples, 'sample')} of a busy CPU, ${share} % of them in polls${time}`;
}
