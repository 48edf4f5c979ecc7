import type { TaskRow } from './task-row.ts';

/** Follows who woke whom last until the chain closes: the tasks of the ring. Null when it does not. */
export function ringOf(row: TaskRow, maxMembers: number): TaskRow[] | null {
  const path: TaskRow[] = [row];
  for (let at = row.wokenBy; at !== null && path.length <= maxMembers; at = at.wokenBy) {
    const start = path.indexOf(at);
    if (start < 0) {
      path.push(at);
      continue;
    }
    const members = path.slice(start);
    return members.length < 2 ? null : members;
  }
  return null;
}
