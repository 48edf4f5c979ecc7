/**
 * Tasks that had no rest in their last window, and how each is woken. The stream does not say who
 * wakes whom: that two tasks wake each other is inferred from numbers that are equal.
 */
import type { Place, PollRateSuspicion, RateWindow } from '../../model/recording.ts';
import { pollRate } from './suspicions.ts';
import { MOST_IDLE, type TaskState } from './task-state.ts';

export interface Restless {
  task: TaskState;
  place: Place | null;
  key: string;
}

/** Equal means: but for polls that begin or end with the window. */
const EQUAL = 0.01;

/** Less than this of a task's polls, in all other tasks together, is no company. */
const COMPANY = 0.1;

/** From here on most wakes are a task's own. */
const MOSTLY = 0.5;

/** One window may be a moment. */
const LEAST_WINDOWS = 2;

/** Looked at in one update; the fastest first. */
const MAX_RESTLESS = 200;

export function restlessSuspicions(
  restless: readonly Restless[],
  at: number,
  allPolls: number,
): { suspicion: PollRateSuspicion; group: readonly Restless[] }[] {
  const fast = restless
    .filter(({ task }) => task.windows.length >= LEAST_WINDOWS)
    .sort((a, b) => b.task.polls - a.task.polls || a.task.id - b.task.id)
    .slice(0, MAX_RESTLESS);
  const groups: { group: Restless[]; via: PollRateSuspicion['via'] }[] = [];
  const pairs: Restless[] = [];
  for (const one of fast) {
    const { task } = one;
    const last = task.windows.at(-1)!;
    if (isIdleNow(task) && (task.kind === 'block_on' || last.selfShare >= MOSTLY)) continue;
    if (task.kind === 'block_on') groups.push({ group: [one], via: 'unseen' });
    else if (last.selfShare >= MOSTLY) groups.push({ group: [one], via: 'self' });
    else if (last.outsidePerPoll >= MOSTLY) pairs.push(one);
  }
  for (const group of equals(pairs)) {
    // In an order that stays, whichever is ahead by a poll.
    group.sort((a, b) => a.task.id - b.task.id);
    const isIdle = group.length < 3 && group.some(({ task }) => isIdleNow(task));
    if (!isIdle) groups.push({ group, via: group.length > 1 ? 'others' : 'deferred' });
  }
  return groups.map(({ group, via }) => ({
    group,
    suspicion: suspicionOf(group, via, at, allPolls),
  }));
}

function isIdleNow({ windows }: TaskState): boolean {
  return windows.at(-1)!.idleShare > MOST_IDLE;
}

/**
 * The first one's, but that what any of them receives is progress of all; and of three and more,
 * time in which one of them does not wait is not waited by all.
 */
function windowsOf(group: readonly Restless[]): RateWindow[] {
  const depth = Math.min(...group.map(({ task }) => task.windows.length));
  const [first, ...others] = group.map(({ task }) => task.windows.slice(-depth));
  return first!.map((window, i) => {
    const all = [window, ...others.map((windows) => windows[i]!)];
    const used = all.reduce((sum, { idleShare }) => sum + 1 - idleShare, 0);
    return {
      ...window,
      readyPerPoll: Math.max(...all.map(({ readyPerPoll }) => readyPerPoll)),
      idleShare: all.length < 3 ? window.idleShare : Math.max(0, 1 - used),
    };
  });
}

/** Neighbours in an order by polls whose polls and wakes are the same. */
function equals(sorted: readonly Restless[]): Restless[][] {
  const groups: Restless[][] = [];
  for (const one of sorted) {
    const group = groups.at(-1);
    const first = group?.[0];
    const isEqual =
      first !== undefined &&
      isNear(first.task.polls, one.task.polls) &&
      isNear(first.task.wakes, one.task.wakes);
    if (group !== undefined && isEqual) group.push(one);
    else groups.push([one]);
  }
  return groups;
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= EQUAL * Math.max(a, b);
}

function suspicionOf(
  group: readonly Restless[],
  via: PollRateSuspicion['via'],
  at: number,
  allPolls: number,
): PollRateSuspicion {
  const { task, place } = group[0]!;
  const ownPolls = group.reduce((sum, one) => sum + one.task.polls, 0);
  const members = group.map((one) => ({
    task: one.task.id,
    unit: one.task.unit,
    place: one.place,
    wakes: one.task.wakes,
  }));
  const ids = group.map((one) => one.key).sort();
  const told = {
    id: `rate:${via}:${ids.slice(0, 4).join('+')}`,
    task: task.id,
    unit: task.unit,
    place,
  };
  const since = Math.max(...group.map((one) => one.task.windowsSinceAt));
  return pollRate(
    { ...told, at, since },
    {
      via,
      windows: windowsOf(group),
      streak: null,
      isSeen: false,
      hasCompany: allPolls - ownPolls >= COMPANY * ownPolls,
      members: via === 'others' ? members : [],
    },
  );
}
