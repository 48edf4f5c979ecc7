/**
 * One loop is one finding. The same loop can be seen by several rules: a task that reads
 * nothing for ever also wakes itself, two tasks that wake each other may both yield. The
 * most specific rule wins, in this order, because it says most about what to repair:
 *
 * 1. `spin-inside-poll`: the loop never leaves one poll
 * 2. `ready-without-progress`: the operation that answers without doing
 * 3. `wake-cycle`: all the tasks that it takes
 * 4. `self-wake`: one task and its waker
 * 5. `never-yields`: only that a poll takes long
 *
 * Two findings are of the same loop when they share a task and overlap in time. A weaker
 * verdict never hides a stronger one: a note hides no error.
 */
import { LEVEL_RANK } from './order.ts';
import type { RawFinding } from './raw-finding.ts';

const PRECEDENCE = [
  'spin-inside-poll',
  'ready-without-progress',
  'wake-cycle',
  'self-wake',
  'never-yields',
] as const;

const RANK: ReadonlyMap<string, number> = new Map(PRECEDENCE.map((id, rank) => [id, rank]));

/** The findings of one segment without those that a more specific rule already tells. */
export function withoutShadowed(found: readonly RawFinding[]): RawFinding[] {
  return found.filter((finding) => !found.some((other) => shadows(other, finding)));
}

function shadows(other: RawFinding, finding: RawFinding): boolean {
  const rank = RANK.get(finding.rule.meta.id);
  const otherRank = RANK.get(other.rule.meta.id);
  if (rank === undefined || otherRank === undefined || otherRank >= rank) return false;
  return (
    LEVEL_RANK[other.level] <= LEVEL_RANK[finding.level] &&
    other.since <= finding.until &&
    finding.since <= other.until &&
    sharesTask(other, finding)
  );
}

function sharesTask(a: RawFinding, b: RawFinding): boolean {
  const tasks = new Set(tasksOf(a));
  return tasksOf(b).some((task) => tasks.has(task));
}

function tasksOf({ task, otherTasks }: RawFinding): number[] {
  return task === null ? otherTasks : [task, ...otherTasks];
}
