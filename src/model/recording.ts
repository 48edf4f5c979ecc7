/**
 * The waist of the hourglass: what a source writes and a rule reads.
 *
 * On disk and on the wire a recording is lines of JSON ({@link Line}), appended: a header,
 * then for each segment its introduction, names, cumulative counts, edges, suspicions, its
 * end. Every line may be sent again: the later one wins. In memory it is a
 * {@link Recording}, built by the ledger. Times are integer nanoseconds since the
 * segment's start; lines and columns count from 1; foreign 64-bit ids are strings.
 */
import type { Counters } from './counters.ts';

/** Grows when a reader of the older form would misread the newer. */
export const RECORDING_SCHEMA_VERSION = 1;

/** A place in source text, mapped through source maps where there are any. */
export interface Place {
  /** Path relative to the segment's root where it lies below it; else absolute, or a URL. */
  file: string;
  line: number;
  column: number;
  /** The function that holds the line, as V8 names it; null at top level. */
  functionName: string | null;
}

export type UnitKind = 'future' | 'pump' | 'site';

/** What a statistic belongs to: a future type, a hand-written pump, an async site. */
export interface Unit {
  /** Local to the segment. */
  id: number;
  kind: UnitKind;
  name: string;
  /** Where it is defined or was first seen, if known. */
  place: Place | null;
  /** `kind|name|file|function`: stable between runs, for baselines and diffs. */
  key: string;
}

export interface TaskInfo {
  /** Local to the segment; never reused. */
  id: number;
  unit: number;
  /** The name given at spawn, if any. */
  name: string | null;
  spawnedAt: Place | null;
}

/** Cumulative numbers of one task that deserved a look; healthy tasks are not listed. */
export interface TaskCounts {
  task: number;
  polls: number;
  pendings: number;
  selfWokenPendings: number;
  barrenPolls: number;
  /** The no-progress streak it is in, in polls. */
  streak: number;
  longestStreak: number;
  /** Yields without progress in a row, in polls. */
  yieldStreak: number;
  /** Wakes since the last ground (see DESIGN: progress), counted along the chain of tasks that woke each other. */
  hops: number;
  busyNs: number;
  timedPolls: number;
}

/** How one unit made another runnable. */
export type WakeVia =
  | 'waker'
  | 'yield'
  | 'promise'
  | 'nextTick'
  | 'microtask'
  | 'immediate'
  | 'timer'
  | 'io'
  | 'message';

/** Ways in which a task can arrange its own next wake, beside waking itself in its poll. */
export type ArmedVia = Extract<WakeVia, 'promise' | 'microtask' | 'nextTick' | 'immediate'>;

/** Who woke whom, how, and how often. `from` is null for a wake from outside every unit. */
export interface WakeEdge {
  from: number | null;
  to: number;
  via: WakeVia;
  count: number;
}

/** One layer of a chain, outermost first. */
export interface Layer {
  name: string;
  /** The unit, where the layer has one. */
  unit: number | null;
  place: Place | null;
  isGuilty: boolean;
}

/**
 * How the guilty layer was found, best first: a stack of instrumented layers; V8 call
 * sites at the wake; the layers' methods watched for a few polls; pauses from another
 * thread; stacks that somebody sampled; or only the task's type is known.
 */
export type Attribution = 'poll-stack' | 'call-sites' | 'tap' | 'pause' | 'stacks' | 'task-type';

/** What comparing sampled states said. */
export interface StateComparison {
  /**
   * `same`: nothing changed. `recurring`: the same values came back. `counters`: only
   * counters, clocks and ids moved. `progress`: something moved that can end the wait.
   * `unseen`: the state could not be read, or too few samples were taken.
   */
  verdict: 'same' | 'recurring' | 'counters' | 'progress' | 'unseen';
  samples: number;
  /** False when the walk met its bounds: then sameness is no proof. */
  isComplete: boolean;
  /** Names of what moved, and how; never values. At most eight. */
  moved: { path: string; as: string }[];
}

/** Of what could not be looked at. */
export const UNSEEN_STATE: StateComparison = {
  verdict: 'unseen',
  samples: 0,
  isComplete: false,
  moved: [],
};

export interface SuspicionBase {
  /** Stable within the segment: a later line with this id replaces the earlier. */
  id: string;
  /** When it was last brought up to date. */
  at: number;
  /** When it began, as far as it was seen. */
  since: number;
  task: number | null;
  /** The guilty unit. */
  unit: number;
  place: Place | null;
  chain: Layer[];
  attribution: Attribution;
  state: StateComparison;
  /** The test in which it began, where a test runner said so. */
  test?: string;
}

/** Pending polls that wake themselves. */
export interface SelfWakeSuspicion extends SuspicionBase {
  kind: 'self-wake';
  /** `yield`: the task re-armed itself by yields only. Others than `waker`: by what its polls left behind. */
  via: 'waker' | 'yield' | ArmedVia;
  streak: number;
  /** Mean nanoseconds per poll over the polls that were timed in the streak. */
  meanPollNs: number;
}

/** Ready, and nothing came of it, again and again. */
export interface EmptyReadySuspicion extends SuspicionBase {
  kind: 'empty-ready';
  operation: 'read' | 'write' | 'fill' | 'next' | 'tick';
  streak: number;
  /** True when the whole streak happened inside one poll, which has not returned. */
  isInsideOnePoll: boolean;
  /** Times per second over the streak. */
  perSecond: number;
}

/** Tasks that wake each other, with no ground outside. */
export interface CycleSuspicion extends SuspicionBase {
  kind: 'cycle';
  hops: number;
  meanPollNs: number;
  members: { task: number; unit: number; place: Place | null; wakes: number }[];
}

/** A poll that does not return. */
export interface StuckPollSuspicion extends SuspicionBase {
  kind: 'stuck-poll';
  /** How long the poll has been seen to last, milliseconds. */
  forMs: number;
  /** True when the poll has meanwhile returned. */
  hasReturned: boolean;
  /** It is the task's first; false or absent where that is not known. */
  isFirst?: boolean;
}

/** A pending task that nobody can wake any more. */
export interface LostWakerSuspicion extends SuspicionBase {
  kind: 'lost-waker';
  /**
   * `collected`: all its wakers were garbage-collected unfired. `quiet`: nothing is left that could
   * run. `dropped`: as many wakers were dropped as were cloned.
   */
  how: 'collected' | 'quiet' | 'dropped';
  /** Somebody waits for the task: `blockOn`, or a JoinHandle that is awaited. */
  isAwaited: boolean;
}

/** A future polled again after Ready. */
export interface PollAfterReadySuspicion extends SuspicionBase {
  kind: 'poll-after-ready';
  count: number;
}

/** Messages, and those among them that differed from all before in more than ids and times. */
export interface Messages {
  count: number;
  fresh: number;
}

export interface Exchange {
  sent: Messages;
  received: Messages;
}

/** Code that re-arms itself, or stays inside one callback, in a program without a contract. */
export interface LoopSuspicion extends SuspicionBase {
  kind: 'loop';
  /** How it wakes itself; of several ways the slowest. */
  via: WakeVia;
  /** It never left one callback; `via` says nothing then. */
  isInsideOneRun: boolean;
  /** Inside one callback it empties a queue that is filled again. */
  refills?: true;
  /** The guilty function was asked for data by a stream, and brought none. */
  isSource: boolean;
  /** Processes and threads that it started, a second. */
  birthsPerSecond: number;
  /** Streams and sockets in it failed in most of its rounds. */
  fails: boolean;
  /** Some of its requests may bring data that is not in `exchange`: what is read from files, or computed. */
  bringsData: boolean;
  /** What went over wires while it was traced. */
  exchange: Exchange;
  /** The functions that it runs through, those that ran most first. */
  members: { unit: number; place: Place | null; wakes: number; via: WakeVia }[];
  /** Rounds per second while it was traced, which slows it down. */
  perSecond: number;
  /** Mean length of its runs, milliseconds, while it was traced. */
  meanRunMs: number;
  /** Share of the loop in the runs, or the time, of the slice: 0 to 1. */
  share: number;
  /** Share of one core that the thread used, 0 to 1. */
  cpuShare: number;
  /** The event loop did not turn. */
  isStarving: boolean;
  /** Its shortest timer as Node ran it, milliseconds; null without one. */
  delayMs: number | null;
  /** It is a repeating timer that was armed once, and that its own callback never ends. */
  isInterval: boolean;
  /** The delay that was asked for, where no timer can have it: `NaN`, `-5`, `2592000000`. */
  oddDelay: string | null;
  /** Traces in which it was found. */
  traces: number;
}

/** What sampled stacks say of one task: shares of its samples, each 0 to 1. */
export interface HotPollsSuspicion extends SuspicionBase {
  kind: 'hot-polls';
  /** Most wakes are of the task itself, of another one, or there are none in its polls. */
  shape: 'self-wake' | 'other-wake' | 'inside';
  /** How many, the executor's own for this task included. */
  samples: number;
  /** Of all samples that were on a CPU. */
  share: number;
  /** That woke as `shape` says; and these among all samples that woke anybody. */
  wakeShare: number;
  wakesOfShape: number;
  /** In waking, scheduling and tracing, which each poll costs. */
  overheadShare: number;
  kernelShare: number;
  /** In functions that neither poll, nor wake, nor are plumbing: what may be work. */
  workShare: number;
  /** In polls that the task's own outermost function made. */
  innerShare: number;
  /** Samples in calls of the kernel that read, and of these in handing bytes over. */
  reads: number;
  readsWithData: number;
}

/** One second or more of a task that hardly waits. Shares are of its polls, or of the time. */
export interface RateWindow {
  perSecond: number;
  /** Polls with a wake of their own. */
  selfShare: number;
  /** Wakes from outside of its polls, per poll. */
  outsidePerPoll: number;
  meanPollNs: number;
  /** Time in which it was neither polled nor woken and waiting for its turn. */
  idleShare: number;
  /** Answers of channels, locks and timers that were ready, per poll. */
  readyPerPoll: number;
}

/** A task that is polled all the time, by counters alone: who woke it is told by `via`. */
export interface PollRateSuspicion extends SuspicionBase {
  kind: 'poll-rate';
  /**
   * `self`: its own polls. `deferred`: wakes that no poll made, and equal in number to its polls:
   * yields, budgets, or somebody who is not seen. `unseen`: the root of an executor, whose wakes
   * are not told. `others`: `members` wake each other, as their equal numbers suggest.
   */
  via: 'self' | 'deferred' | 'unseen' | 'others';
  /** In a row up to now, oldest first. */
  windows: RateWindow[];
  /** Polls in a row without any wake from outside, where each was seen; null where not. */
  streak: number | null;
  /** The wakes between `members` were seen, not inferred. */
  isSeen: boolean;
  /** Something else in the program is polled, and could feed it. */
  hasCompany: boolean;
  members: { task: number; unit: number; place: Place | null; wakes: number }[];
}

/** Wakes of a task's life that came from its own polls: tokio-console's measure. */
export interface SelfWakesSuspicion extends SuspicionBase {
  kind: 'self-wakes';
  wakes: number;
  selfWakes: number;
}

/** How large a task's future is, as the executor says. */
export interface FutureSizeSuspicion extends SuspicionBase {
  kind: 'future-size';
  bytes: number;
  /** Before the executor put it into a box; the same where it did not. */
  originalBytes: number;
}

export type Suspicion =
  | SelfWakeSuspicion
  | EmptyReadySuspicion
  | CycleSuspicion
  | StuckPollSuspicion
  | LostWakerSuspicion
  | PollAfterReadySuspicion
  | LoopSuspicion
  | HotPollsSuspicion
  | PollRateSuspicion
  | SelfWakesSuspicion
  | FutureSizeSuspicion;

export type SuspicionKind = Suspicion['kind'];

/** What a source can see; a rule names those that it needs. */
export type Capability =
  | 'polls'
  | 'self-wakes'
  | 'reads'
  | 'task-wakes'
  | 'stuck-polls'
  | 'collected-wakers'
  | 'quiet'
  | 'polls-after-ready'
  | 'loops'
  | 'stacks'
  | 'task-rates';

/** Something that this source could not see, in one sentence. */
export interface BlindSpot {
  need: Capability;
  why: string;
}

export interface ProcessInfo {
  host: string;
  pid: number;
  parentPid: number | null;
  /** 0 for the main thread. */
  thread: number;
  command: string[];
  runtime: string;
}

/** Introduction of a segment: one source in one thread of one process. */
export interface SegmentInfo {
  id: string;
  source: 'executor' | 'probe' | 'attach' | 'tokio' | 'profile';
  process: ProcessInfo;
  /** Wall clock at time 0, milliseconds since 1970. */
  startedAtMs: number;
  /** Paths are relative to this folder. */
  root: string;
  sees: Capability[];
}

export interface SegmentEnd {
  /** The process's exit code, if it is known. */
  exitCode: number | null;
  signal: string | null;
}

/** A thread was watched until `at`, and traced so often. Sent about once a second, cumulative. */
export interface WatchedLine {
  type: 'watched';
  segment: string;
  at: number;
  traces: number;
  tracedNs: number;
  /** That it ran, or waited for a core, nanoseconds; absent where nobody tells. */
  cpuNs?: number;
  /** Turns of its event loop; absent where nobody tells. */
  turns?: number;
}

/** What a {@link WatchedLine} has told of a thread's life until then. */
export interface VitalPoint {
  at: number;
  cpuNs: number;
  /** Null where nobody tells. */
  turns: number | null;
}

/** One line of a recording. */
export type Line =
  | { type: 'header'; schemaVersion: number; tool: string; toolVersion: string }
  | ({ type: 'segment' } & SegmentInfo)
  | { type: 'unit'; segment: string; unit: Unit }
  | { type: 'task'; segment: string; task: TaskInfo }
  | {
      type: 'counts';
      segment: string;
      at: number;
      /** `[unit id, row in the order of COUNTER_NAMES]`, only of units that changed. */
      units: [number, number[]][];
      tasks: TaskCounts[];
      edges: WakeEdge[];
      liveTasks: number;
      /** What was lost because a table was full. */
      dropped: number;
    }
  | { type: 'suspicion'; segment: string; suspicion: Suspicion }
  | WatchedLine
  /** Stacks were sampled over a time that ended at `at`: so many on a CPU, so many in a poll. */
  | { type: 'sampled'; segment: string; at: number; samples: number; inPolls: number }
  | { type: 'blind'; segment: string; blind: BlindSpot }
  | ({ type: 'end'; segment: string; at: number } & SegmentEnd);

/** Numbers of one task over one window: later minus earlier snapshot. */
export interface TaskWindow {
  task: number;
  fromNs: number;
  toNs: number;
  polls: number;
  pendings: number;
  selfWokenPendings: number;
  barrenPolls: number;
  busyNs: number;
  timedPolls: number;
}

/** A segment in memory: what rules read. */
export interface Segment {
  info: SegmentInfo;
  units: Map<number, Unit>;
  counters: Map<number, Counters>;
  tasks: Map<number, TaskInfo>;
  taskCounts: Map<number, TaskCounts>;
  /** Per task the windows of about a second, oldest first, bounded. */
  windows: Map<number, TaskWindow[]>;
  edges: WakeEdge[];
  suspicions: Map<string, Suspicion>;
  blind: BlindSpot[];
  /** The newest time seen. */
  lastAt: number;
  liveTasks: number;
  dropped: number;
  /** How long the thread was watched, nanoseconds, and how often traced; 0 for sources that count. */
  watchedNs: number;
  traces: number;
  /** Time that the traces took, nanoseconds: the thread runs slower then. */
  tracedNs: number;
  /** Its CPU time and turns over the time, oldest first, bounded; see `vital-windows`. */
  vitals: VitalPoint[];
  /** Stacks that were sampled on a CPU, and those of them in a poll. */
  samples: number;
  samplesInPolls: number;
  end: SegmentEnd | null;
}

/** A whole recording in memory. */
export interface Recording {
  schemaVersion: number;
  toolVersion: string;
  segments: Segment[];
  /** True when the file was cut: it was read up to its last whole line. */
  isTruncated: boolean;
}

/** The first line of a recording that this version writes. */
export function headerLine(toolVersion: string): Line {
  return { type: 'header', schemaVersion: RECORDING_SCHEMA_VERSION, tool: 'selfwake', toolVersion };
}
