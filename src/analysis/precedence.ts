/**
 * One loop is one finding. The same loop can be seen by several rules: a task that reads
 * nothing for ever also wakes itself, two tasks that wake each other may both yield. The
 * most specific rule wins, in this order, because it says most about what to repair:
 *
 * 1. `spin-inside-poll`: the loop never leaves one poll
 * 2. `timer-storm`: the delay that is none
 * 3. `hot-retry`: the request that is made again
 * 4. `ready-without-progress`: the operation that answers without doing
 * 5. `wake-cycle`: all the tasks that it takes
 * 6. `self-wake`: one task and its waker
 * 7. `never-yields`: only that a poll takes long
 * 8. `never-yielded`, `self-wakes`: what tokio-console says of the same task
 *
 * Within one rule the innermost layer wins: an outer one that hands on what an inner one
 * answers is its victim. Then the message that the rule lists first says more; of equals
 * the one that was brought up to date last is told.
 *
 * Two findings are of the same loop when they share a task and overlap in time. A weaker
 * verdict never hides a stronger one: a note hides no error.
 */
import { LEVEL_RANK, compareStrength } from './order.ts';
import type { RawFinding } from './raw-finding.ts';

const PRECEDENCE = [
  'spin-inside-poll',
  'timer-storm',
  'hot-retry',
  'ready-without-progress',
  'wake-cycle',
  'self-wake',
  'never-yields',
  'never-yielded',
  'self-wakes',
] as const;

const RANK: ReadonlyMap<string, number> = new Map(PRECEDENCE.map((id, rank) => [id, rank]));

/** Its rule is about loops, one of several that may see the same one. */
export function isOfOneLoop({ rule }: RawFinding): boolean {
  return RANK.has(rule.meta.id);
}

/** The most specific rule is the first. */
export function precedenceOf({ rule }: RawFinding): number {
  return RANK.get(rule.meta.id) ?? PRECEDENCE.length;
}

/** The findings of one segment without those that a more specific one already tells. */
export function withoutShadowed(found: readonly RawFinding[]): RawFinding[] {
  const byTask = new Map<number, Set<RawFinding>>();
  for (const finding of found) {
    for (const task of tasksOf(finding)) {
      const sharing = byTask.get(task) ?? new Set();
      byTask.set(task, sharing.add(finding));
    }
  }
  const place = new Map(found.map((finding, index) => [finding, index]));
  const isEarlier = (a: RawFinding, b: RawFinding) => place.get(a)! < place.get(b)!;
  return found.filter(
    (finding) =>
      !tasksOf(finding).some((task) =>
        [...byTask.get(task)!].some((other) => shadows(other, finding, isEarlier(other, finding))),
      ),
  );
}

/** Of two findings that share a task. */
function shadows(other: RawFinding, finding: RawFinding, isEarlier: boolean): boolean {
  if (other === finding || !overlaps(other, finding)) return false;
  const rank = RANK.get(finding.rule.meta.id);
  const otherRank = RANK.get(other.rule.meta.id);
  if (rank === undefined || otherRank === undefined) return false;
  if (otherRank !== rank) {
    return otherRank < rank && LEVEL_RANK[other.level] <= LEVEL_RANK[finding.level];
  }
  const order =
    compareStrength(other, finding) ||
    guiltyDepth(finding) - guiltyDepth(other) ||
    messageRank(other) - messageRank(finding) ||
    finding.until - other.until;
  return order < 0 || (order === 0 && isEarlier);
}

export function overlaps(
  a: Pick<RawFinding, 'since' | 'until'>,
  b: Pick<RawFinding, 'since' | 'until'>,
): boolean {
  return a.since <= b.until && b.since <= a.until;
}

function tasksOf({ task, otherTasks }: RawFinding): number[] {
  return task === null ? otherTasks : [task, ...otherTasks];
}

/** How many layers lie above the guilty one; -1 when none is named. */
function guiltyDepth({ chain }: RawFinding): number {
  return chain.findIndex(({ isGuilty }) => isGuilty);
}

function messageRank({ rule, messageId }: RawFinding): number {
  return Object.keys(rule.meta.messages).indexOf(messageId);
}
