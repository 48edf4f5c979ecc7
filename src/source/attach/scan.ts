/**
 * The Node processes of this machine and how they look from outside, without touching any:
 * the share of a core that their busiest thread wants, and how often it waits for something.
 * A look like that is a reason to attach, and no verdict: a program that computes looks the
 * same as one that spins.
 */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNode } from './node-process.ts';
import { allPids, HAS_PROC, procFacts, threadsOf, threadTimes } from './proc.ts';

/** How long it is looked at. */
const SCAN_MS = 500;
const BURNING = 0.8;
const BUSY = 0.3;
/** A thread that sleeps between events does so a few hundred times a second, under load. */
const NEVER_WAITS_PER_SECOND = 20;
/** Timers of 1 ms fire almost 1,000 times a second, and leave the core almost unused. */
const TIMER_PER_SECOND = { least: 500, most: 1500 };

/** How it looks; the most suspicious first. */
export const LOOKS = ['spins?', 'timer?', 'busy', 'calm'] as const;
export type Look = (typeof LOOKS)[number];

export interface SeenProcess {
  pid: number;
  parentPid: number;
  command: string[];
  /** Of one core, by all its threads. */
  cpuShare: number;
  /** Of the thread that wants most. */
  threadShare: number;
  /** Its main thread, or another: a worker, or one of Node's own. */
  isMainThread: boolean;
  /** Times per second that this thread waited for something; null where the system does not tell. */
  waitsPerSecond: number | null;
  look: Look;
}

/** The most suspicious first. */
export async function scan(): Promise<SeenProcess[]> {
  const seen = HAS_PROC ? await fromProc() : fromPs();
  const rank = ({ look }: SeenProcess): number => LOOKS.indexOf(look);
  return seen.sort((a, b) => rank(a) - rank(b) || b.cpuShare - a.cpuShare || a.pid - b.pid);
}

/** A process and all that descend from it. */
export function treeOf(pid: number, all: readonly SeenProcess[]): SeenProcess[] {
  const parents = HAS_PROC
    ? new Map(allPids().map((one) => [one, procFacts(one)?.parentPid ?? 0]))
    : new Map(all.map((one) => [one.pid, one.parentPid]));
  const isInside = (at: number | undefined, depth = 0): boolean =>
    at === pid || (at !== undefined && depth < 64 && isInside(parents.get(at), depth + 1));
  return all.filter((one) => isInside(one.pid));
}

/** By the system's number of a thread: milliseconds that it wanted a core, times that it waited. */
type Snapshot = Map<number, { wantedMs: number; waits: number }>;

async function fromProc(): Promise<SeenProcess[]> {
  const nodes = allPids().flatMap((pid) => {
    const facts = pid === process.pid ? null : procFacts(pid);
    return facts !== null && isNode(facts.executable, facts.command) ? [facts] : [];
  });
  const startedMs = performance.now();
  const before = nodes.map(({ pid }) => snapshot(pid));
  await sleep(SCAN_MS);
  const seconds = (performance.now() - startedMs) / 1000;
  return nodes.flatMap(({ pid, parentPid, command }, i) => {
    const after = snapshot(pid);
    if (after.size === 0) return [];
    const threads = [...after].map(([thread, now]) => {
      const then = before[i]?.get(thread) ?? now;
      const share = (now.wantedMs - then.wantedMs) / 1000 / seconds;
      return { thread, share, waits: (now.waits - then.waits) / seconds };
    });
    const busiest = threads.reduce((a, b) => (b.share > a.share ? b : a));
    const waitsPerSecond = Math.round(busiest.waits);
    return {
      pid,
      parentPid,
      command,
      cpuShare: threads.reduce((sum, { share }) => sum + share, 0),
      threadShare: busiest.share,
      isMainThread: busiest.thread === pid,
      waitsPerSecond,
      look: lookOf(busiest.share, waitsPerSecond),
    };
  });
}

function lookOf(share: number, waitsPerSecond: number | null): Look {
  const waits = waitsPerSecond ?? 0;
  if (share >= BURNING && waits <= NEVER_WAITS_PER_SECOND) return 'spins?';
  const { least, most } = TIMER_PER_SECOND;
  if (share < BUSY && waits >= least && waits <= most) return 'timer?';
  return share >= BUSY ? 'busy' : 'calm';
}

function snapshot(pid: number): Snapshot {
  return new Map(
    threadsOf(pid).flatMap((thread) => {
      const times = threadTimes(pid, thread);
      if (times === null) return [];
      const { ranMs, queuedMs, waits } = times;
      return [[thread, { wantedMs: ranMs + queuedMs, waits }] as const];
    }),
  );
}

/** Elsewhere than on Linux: a mean of the last minute, and nothing of threads. */
function fromPs(): SeenProcess[] {
  const columns = ['-axo', 'pid=,ppid=,%cpu=,args='];
  const text = execFileSync('ps', columns, { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  return text.split('\n').flatMap((line) => {
    const [, pid, parentPid, cpu, args = ''] =
      /^\s*(\d+)\s+(\d+)\s+([\d.]+)\s+(.*)$/.exec(line) ?? [];
    const command = args.split(/\s+/);
    if (pid === undefined || Number(pid) === process.pid || !isNode(null, command)) return [];
    const share = Number(cpu) / 100;
    return {
      pid: Number(pid),
      parentPid: Number(parentPid),
      command,
      cpuShare: share,
      threadShare: share,
      isMainThread: true,
      waitsPerSecond: null,
      look: lookOf(share, null),
    };
  });
}
