/**
 * The samples again, as a tree of what polls what: of each path only futures, streams and
 * readers of the program are kept, below the last executor on it. What a sample was doing in the
 * innermost of them is counted there.
 */
import type { Frame } from './frame-role.ts';
import type { StackTree } from './stack-tree.ts';

/** What samples did below their innermost poll. */
export interface Doing {
  /** All, the following included. */
  samples: number;
  /** Woke a waker, called by the poll itself, and scheduled nothing: the task that runs. */
  selfWakes: number;
  /** The same, but a task was scheduled for it: another one. */
  otherWakes: number;
  /** Of both, in telling a subscriber of it: whose wake it is does not show there. */
  tracedWakes: number;
  /** Wakes through channels, locks and other registries. */
  handedWakes: number;
  /** Asked to be polled again later. */
  defers: number;
  kernel: number;
  /** Of these: in calls that read, and where such a call hands bytes over. */
  reads: number;
  readsWithData: number;
  tracing: number;
  /** In the poll itself, the standard library, the allocator or the runtime. */
  plumbing: number;
}

export interface PollNode {
  frame: Frame;
  parent: PollNode | null;
  children: Map<string, PollNode>;
  doing: Doing;
}

export interface PollTree {
  /** Outermost first polls by unit: tasks, as far as stacks tell them apart. */
  tasks: Map<string, PollNode>;
  /** In no poll: the executor with a task at hand, or looking for one; anything else. */
  overhead: number;
  scheduler: number;
  /** In no poll, too: an executor's driver, or another thread, that wakes a task. */
  outsideWakes: number;
  elsewhere: number;
  /** Calls of blocking pools. */
  blocking: number;
  /** Waiting threads, on a profile that has them. */
  parked: number;
}

/** Where a path stands, node by node. */
interface Standing {
  isTask: boolean;
  isBlocking: boolean;
  poll: PollNode | null;
  /** The innermost adapter that was polled, where nothing else was: the rest is inlined in it. */
  adapter: Frame | null;
  /** The innermost poll is a closure that was written to be one, and no async body. */
  isPollFn: boolean;
  /** Frames since the innermost poll that are not of the standard library. */
  calls: number;
  wake: 'none' | 'direct' | 'handed';
  hasScheduled: boolean;
  isScheduler: boolean;
  isTracing: boolean;
  isDefer: boolean;
  isKernel: boolean;
  read: 'none' | 'asked' | 'given';
  /** The kernel took the CPU away, unasked: no call of the program. */
  isInterrupted: boolean;
}

const OUTSIDE: Standing = {
  isTask: false,
  isBlocking: false,
  poll: null,
  adapter: null,
  isPollFn: false,
  calls: 0,
  wake: 'none',
  hasScheduled: false,
  isScheduler: false,
  isTracing: false,
  isDefer: false,
  isKernel: false,
  read: 'none',
  isInterrupted: false,
};

const POLL_FN = /\bPollFn$/;

const INTERRUPT = /^(?:asm_(?:sysvec|common_interrupt|exc_)|irqentry|ret_from_intr)/;

/** Linux's calls that read, and what each of them passes that has something to hand over. */
const READS = /^(?:\w*sys_(?:read|readv|pread64|recvfrom|recvmsg)|vfs_readv?|\w+_recvmsg)$/;
const GIVES = /copy_(?:to|user)|_to_(?:iter|user)\b|copy_datagram|rep_movs/;

/** Stacks walked by frame pointers show no function that was inlined. */
const INLINED = 'a future inlined into its executor';

export function pollTree(stacks: StackTree): PollTree {
  const tree: PollTree = {
    tasks: new Map(),
    overhead: 0,
    scheduler: 0,
    outsideWakes: 0,
    elsewhere: 0,
    blocking: 0,
    parked: 0,
  };
  const standings: Standing[] = [OUTSIDE];
  const executors = nodesAbovePolls(stacks);
  for (let node = 1; node < stacks.parents.length; node += 1) {
    const frame = stacks.frames[stacks.frameIds[node]!]!;
    const standing = stepInto(tree, standings[stacks.parents[node]!]!, frame);
    standings.push(standing);
    const samples = stacks.selves[node]!;
    if (samples === 0) continue;
    const isExecutor = executors[node] === 1 && !standing.isBlocking;
    count(tree, isExecutor ? { ...standing, isTask: true } : standing, frame, samples);
  }
  foldAdapters(tree);
  return tree;
}

/** Beside tasks that are known, what an adapter itself takes is the executor's. */
function foldAdapters(tree: PollTree): void {
  const named = [...tree.tasks.values()].filter(({ frame }) => !frame.isTransparent);
  if (named.length === 0) return;
  for (const [unit, { frame, doing }] of tree.tasks) {
    if (!frame.isTransparent) continue;
    tree.overhead += doing.samples;
    tree.tasks.delete(unit);
  }
}

/** What calls polls is an executor, whatever its name: its own time is what polling costs. */
function nodesAbovePolls({ frames, frameIds, parents }: StackTree): Uint8Array {
  const isAbove = new Uint8Array(parents.length);
  for (let node = parents.length - 1; node > 0; node -= 1) {
    const isPoll = frames[frameIds[node]!]!.role === 'poll';
    if (isPoll || isAbove[node] === 1) isAbove[parents[node]!] = 1;
  }
  return isAbove;
}

function stepInto(tree: PollTree, from: Standing, frame: Frame): Standing {
  switch (frame.role) {
    case 'root':
      // An executor inside a poll (a set of futures has none) begins anew; in a wake it does not.
      return from.wake === 'none'
        ? { ...OUTSIDE, isTask: true, isBlocking: from.isBlocking }
        : from;
    case 'blocking-root':
      return { ...OUTSIDE, isBlocking: true };
    case 'poll':
      return from.wake === 'none' && !from.isTracing ? polled(tree, from, frame) : from;
    case 'body':
      return from.isTask && from.calls === 0 && from.wake === 'none' && !from.isTracing
        ? polled(tree, from, frame)
        : called(from, frame);
    case 'wake':
      if (from.wake !== 'none' || from.isTracing) return from;
      return { ...from, wake: isOwn(from, frame) ? 'direct' : 'handed' };
    case 'defer':
      return { ...from, isDefer: true };
    case 'scheduler':
      return scheduled(from);
    case 'tracing':
      return { ...from, isTracing: true };
    case 'kernel':
      if (from.isInterrupted || (!from.isKernel && INTERRUPT.test(frame.name))) {
        return { ...from, isInterrupted: true };
      }
      return { ...from, isKernel: true, read: readIn(from, frame) };
    case 'parked':
    case 'other':
      return called(from, frame);
  }
}

function readIn({ read }: Standing, { name }: Frame): Standing['read'] {
  if (read === 'none') return READS.test(name) ? 'asked' : 'none';
  return read === 'given' || GIVES.test(name) ? 'given' : 'asked';
}

/**
 * Called by the poll itself, with its own waker, or with one that it found in its place and uses
 * up. An async body has none of these: it, and a framework's channel, hands a turn on.
 */
function isOwn({ poll, calls, isPollFn }: Standing, { method }: Frame): boolean {
  if (calls > 0) return false;
  if (isPollFn || /by_?ref/i.test(method)) return true;
  return poll?.frame.role === 'poll' && !poll.frame.isPlumbing;
}

function scheduled(from: Standing): Standing {
  if (from.wake !== 'none') return { ...from, hasScheduled: true };
  if (from.isTracing || from.poll !== null) return from;
  // An executor's worker may run in a pool for blocking calls: its tasks are none of these.
  return { ...from, isScheduler: true, isTask: false, isBlocking: false };
}

function called(from: Standing, frame: Frame): Standing {
  return frame.isPassage ? from : { ...from, calls: from.calls + 1 };
}

function polled(tree: PollTree, from: Standing, frame: Frame): Standing {
  if (frame.isTransparent) return { ...from, isTask: true, calls: 0, adapter: frame };
  const siblings = from.poll?.children ?? tree.tasks;
  const isSame = from.poll !== null && from.poll.frame.unit === frame.unit;
  let poll = isSame ? from.poll : siblings.get(frame.unit);
  if (poll === null || poll === undefined) {
    poll = { frame, parent: from.poll, children: new Map(), doing: nothing() };
    siblings.set(frame.unit, poll);
  }
  const isPollFn = from.adapter !== null && POLL_FN.test(from.adapter.unit);
  return { ...from, isTask: true, poll, calls: 0, adapter: null, isPollFn };
}

function taskOf(tree: PollTree, frame: Frame): PollNode {
  const unit = INLINED;
  const known = tree.tasks.get(unit);
  if (known !== undefined) return known;
  const task = { frame: { ...frame, unit }, parent: null, children: new Map(), doing: nothing() };
  tree.tasks.set(unit, task);
  return task;
}

function nothing(): Doing {
  return {
    samples: 0,
    selfWakes: 0,
    otherWakes: 0,
    tracedWakes: 0,
    handedWakes: 0,
    defers: 0,
    kernel: 0,
    reads: 0,
    readsWithData: 0,
    tracing: 0,
    plumbing: 0,
  };
}

function count(tree: PollTree, at: Standing, leaf: Frame, samples: number): void {
  if (leaf.role === 'parked' && !at.isKernel && at.poll === null) tree.parked += samples;
  else if (at.poll !== null) countIn(at.poll.doing, at, leaf, samples);
  else if (at.adapter !== null && !at.isTracing && !at.isBlocking) {
    countIn(taskOf(tree, at.adapter).doing, at, leaf, samples);
  } else if (at.wake !== 'none') tree.outsideWakes += samples;
  else if (at.isScheduler) tree.scheduler += samples;
  else if (at.isBlocking) tree.blocking += samples;
  else if (at.isTask) tree.overhead += samples;
  else tree.elsewhere += samples;
}

function countIn(doing: Doing, at: Standing, leaf: Frame, samples: number): void {
  doing.samples += samples;
  if (at.wake === 'handed') doing.handedWakes += samples;
  else if (at.wake === 'direct') {
    doing[at.hasScheduled ? 'otherWakes' : 'selfWakes'] += samples;
    if (at.isTracing) doing.tracedWakes += samples;
  } else if (at.isDefer) doing.defers += samples;
  else if (at.isTracing) doing.tracing += samples;
  else if (at.isKernel || leaf.role === 'parked') {
    doing.kernel += samples;
    if (at.read !== 'none') doing.reads += samples;
    if (at.read === 'given') doing.readsWithData += samples;
  } else if (at.isInterrupted) doing.plumbing += samples;
  else if (leaf.isPlumbing || leaf.role === 'poll' || leaf.role === 'body')
    doing.plumbing += samples;
}
