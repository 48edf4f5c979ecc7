/** A task's longest row of polls, told as a recording wants it. */
import type { PollRateSuspicion, RateWindow } from '../../model/recording.ts';
import type { RecordedTask, Row, RowKind } from './recorded-task.ts';
import { pollRate } from './suspicions.ts';
import type { TokioSegment } from './tokio-segment.ts';

/** Shorter rows are nobody's spin, whatever rules then ask for. */
const LEAST_POLLS = 100;

/** More tasks than this do not take part in one cycle. */
const MAX_MEMBERS = 16;

export function tellRow(
  task: RecordedTask,
  kind: RowKind,
  at: number,
  segment: TokioSegment,
): void {
  const row = task.best[kind];
  if (row.polls < LEAST_POLLS) return;
  const members = kind === 'others' ? cycleOf(task) : [];
  // Tasks that are woken one after the other, and never again, are no cycle.
  if (kind === 'others' && members.length < 2) return;
  for (const member of [task, ...members]) segment.tell(member, null);
  const { id, unit } = task;
  const told = { id: `row:${kind}:${id}`, at, since: row.sinceAt, task: id, unit, place: null };
  segment.suspect(
    pollRate(told, {
      via: kind,
      windows: [windowOf(row, kind)],
      streak: row.polls,
      isSeen: true,
      hasCompany: false,
      members: members.map((member) => ({
        task: member.id,
        unit: member.unit,
        place: null,
        wakes: member.wakes,
      })),
    }),
  );
}

function windowOf(row: Row, kind: PollRateSuspicion['via']): RateWindow {
  const ns = Math.max(1, row.untilAt - row.sinceAt);
  return {
    perSecond: (row.polls * 1e9) / ns,
    selfShare: kind === 'self' ? 1 : 0,
    outsidePerPoll: kind === 'self' ? 0 : 1,
    meanPollNs: row.busyNs / row.polls,
    idleShare: Math.min(1, Math.max(0, 1 - (row.spentNs + row.scheduledNs) / ns)),
    readyPerPoll: 0,
  };
}

/** From waker to waker, until the chain closes at the task; empty where it does not. */
function cycleOf(task: RecordedTask): RecordedTask[] {
  const members = [task];
  for (
    let one = task.lastWaker;
    one !== null && members.length <= MAX_MEMBERS;
    one = one.lastWaker
  ) {
    if (one === task) return members;
    members.push(one);
  }
  return [];
}
