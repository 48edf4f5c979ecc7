/** What is watched and what came of it so far, in one line. */
import type { Judgement } from '../../model/finding.ts';
import type { Recording } from '../../model/recording.ts';
import { levelsText } from '../../report/levels-text.ts';
import { grouped, plural } from '../../report/paint.ts';
import { holds } from './bare-rows.ts';

/** `12 s, 3 processes, nothing suspicious`. */
export function watchingText(
  recording: Recording,
  { findings }: Judgement,
  seconds: number,
): string {
  const open = recording.segments.filter(({ end }) => end === null);
  const processes = new Set(open.map(({ info: { process } }) => `${process.host} ${process.pid}`));
  const tasks = open
    .filter(({ info }) => info.source === 'tokio')
    .reduce((sum, { liveTasks }) => sum + liveTasks, 0);
  return [
    `${grouped(Math.floor(seconds))} s`,
    `${grouped(processes.size)} ${processes.size === 1 ? 'process' : 'processes'}`,
    ...(tasks > 0 ? [plural(tasks, 'task')] : []),
    levelsText(findings) || unsure(recording),
  ].join(', ');
}

function unsure({ segments }: Recording): string {
  const count = segments
    .filter(({ end }) => end === null)
    .flatMap(({ suspicions, lastAt }) =>
      [...suspicions.values()].filter((one) => holds(one, lastAt)),
    ).length;
  return count === 0 ? 'nothing suspicious' : `${plural(count, 'suspicion')}, nothing certain`;
}
