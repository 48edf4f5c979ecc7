/** What is watched and what came of it so far, in one line. */
import type { Judgement } from '../../model/finding.ts';
import type { Recording, Suspicion } from '../../model/recording.ts';
import { grouped, plural } from '../../report/paint.ts';

/** A suspicion that was told again within so long still holds. */
const FRESH_NS = 3e9;

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
  const levels = (['error', 'warning', 'note'] as const)
    .map((level) => plural(findings.filter((finding) => finding.level === level).length, level))
    .filter((text) => !text.startsWith('0 '));
  return [
    `${grouped(Math.floor(seconds))} s`,
    `${grouped(processes.size)} ${processes.size === 1 ? 'process' : 'processes'}`,
    ...(tasks > 0 ? [plural(tasks, 'task')] : []),
    levels.length > 0 ? levels.join(', ') : unsure(recording),
  ].join(', ');
}

function unsure({ segments }: Recording): string {
  const isFresh = (one: Suspicion, lastAt: number): boolean =>
    lastAt - one.at < FRESH_NS && one.state.verdict !== 'progress';
  const count = segments
    .filter(({ end }) => end === null)
    .flatMap(({ suspicions, lastAt }) =>
      [...suspicions.values()].filter((s) => isFresh(s, lastAt)),
    ).length;
  return count === 0 ? 'nothing suspicious' : `${plural(count, 'suspicion')}, nothing certain`;
}
