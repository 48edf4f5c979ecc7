import type { TaskRecord } from '../../executor/recorder.ts';
import type { ArmedVia, Place } from '../../model/recording.ts';
import type { Frame } from '../../trace/call-sites.ts';

/** First streak, in polls, at which a task is looked at. A healthy one hardly ever gets here. */
export const FIRST_MARK = 64;

const GONE: object = Object.freeze({});

/** How the last wakes before a poll came. */
export const Cause = {
  /** Not woken: its first poll, or an executor that polls by rules of its own. */
  NONE: 0,
  /** From inside a poll, its own or another task's. */
  INSIDE: 1,
  /** From outside every poll: I/O, a timer, a callback. */
  OUTSIDE: 2,
} as const;

/**
 * A task's numbers while it lives. Plain fields of one class, so that the hot path reads
 * and writes them without a lookup.
 */
export class TaskRow implements TaskRecord {
  // What every poll reads or writes comes first, so that it lies in few lines of the
  // processor's cache. Every field has a value of its kind from the start, or is declared only:
  // one that is undefined first is never trusted by the optimizer.
  readonly id: number = 0;
  /** Unit id, and where its counters start. */
  readonly unit: number = 0;
  readonly base: number = 0;
  isDone = false;
  /** The task whose poll this one's poll interrupted. */
  outer: TaskRow | null = null;
  polls = 0;
  pendings = 0;
  selfWokenPendings = 0;
  /** Self-wakes, and yields, in the running poll. */
  selfWoken = 0;
  yielded = 0;
  cause: number = Cause.NONE;
  nextCause: number = Cause.NONE;
  /** Wakes since the last ground, along the chain of tasks: of the running poll, and of the next. */
  hops = 0;
  nextHops = 0;
  /** Whose wake `nextHops` comes from, and in which of its polls; and the last poll that made progress. */
  hopsFrom: TaskRow | null = null;
  hopsFromPoll = 0;
  groundPoll = 0;
  streak = 0;
  yieldStreak = 0;
  /** Polls in a row that were Pending, brought nothing, and were woken from outside. */
  outsideStreak = 0;
  /** How it arranges its own wakes, where it does: they are as good as self-wakes. */
  armedVia: ArmedVia | null = null;
  /** Wakes from outside are checked for whether the task arranged them itself. */
  isProbed = false;
  /** Stacks still to be taken at wakes. */
  captures = 0;
  isTimed = false;
  /** The other task whose poll woke this one last. */
  wokenBy: TaskRow | null = null;
  /** Wakes in a row by that task. */
  wokenByCount = 0;
  /** Where the edge from its unit to this one's is counted. */
  edge = -1;
  barrenPolls = 0;
  longestStreak = 0;

  /** Look again when the streak reaches this. */
  mark = FIRST_MARK;
  barrenMark = 16 * FIRST_MARK;
  yieldMark = FIRST_MARK;
  hopMark = FIRST_MARK;
  outsideMark = 4 * FIRST_MARK;

  busyNs = 0;
  timedPolls = 0;
  /** Its polls' states are compared before and after; only while `isTimed`. */
  isWatched = false;
  /** It was looked at, and seen to work. */
  hasWorked = false;
  /** The task is to be ended with this. */
  condemned: Error | null = null;
  /** Index among the live tasks. */
  slot = -1;
  /** Wakers made and not yet collected. */
  wakers = 0;
  isAwaited = false;
  /** Its executor polls it without a wake, too: then none is lost. */
  isPolledUnasked = false;
  /** Its lines were sent. */
  isAnnounced = false;
  spawnedAt: Place | null = null;
  /** What the recorder knew of the poll that {@link outer} is in. */
  outerProgressBefore = 0;
  outerStartedAt = 0;
  /** Weak where only its executor may keep it: one that was let go of is nobody's task any more. */
  declare readonly held: object | WeakRef<object>;
  declare readonly name: string | null;
  declare readonly spawnFrame: Frame | null;

  constructor(
    id: number,
    unit: number,
    base: number,
    held: object | WeakRef<object>,
    name: string | null,
    spawnFrame: Frame | null,
  ) {
    this.id = id;
    this.unit = unit;
    this.base = base;
    this.held = held;
    this.name = name;
    this.spawnFrame = spawnFrame;
  }

  /** The task's future; an object with nothing in it once it is gone. */
  get future(): object {
    const { held } = this;
    return held instanceof WeakRef ? (held.deref() ?? GONE) : held;
  }

  /** Woken since its last poll began: it will be polled again. */
  get isWoken(): boolean {
    return this.nextCause !== Cause.NONE;
  }
}
