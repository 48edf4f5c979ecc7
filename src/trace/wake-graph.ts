/**
 * From one slice to the loops in it: strongly connected parts of the wake graph whose runs
 * nothing outside has woken for some rounds. A loop here is a suspect, not a verdict: a queue that is
 * drained one job a turn has the same shape. What its state does decides.
 */
import type { Exchange, Messages, WakeVia } from '../model/recording.ts';
import type { Slice, SliceEdge, SliceNode } from './wake-slice.ts';

/** Shares and counts that a loop must have; measured in `research`, see the design. */
export interface GraphGates {
  /** Runs of the loop's nodes in the slice. */
  minRuns: number;
  /** Their share of all runs, or of the slice's time. */
  minShare: number;
  /** Share of its runs whose chain went round {@link roundsAlone} times since anything outside woke it. */
  minAlone: number;
  roundsAlone: number;
}

const DEFAULT_GATES: GraphGates = {
  minRuns: 12,
  minShare: 0.3,
  minAlone: 0.15,
  roundsAlone: 4,
};

/** Ways by which a loop wakes itself, the slowest first. */
export const SLOWEST_FIRST: readonly WakeVia[] = [
  'io',
  'timer',
  'message',
  'immediate',
  'nextTick',
  'microtask',
  'promise',
];

/** A part of the graph that goes round. */
export interface WakeLoop {
  nodes: SliceNode[];
  /** Edges among the nodes. */
  edges: SliceEdge[];
  /** Nodes at which its runs made promises, those that made most first. */
  makers: SliceNode[];
  /** Nodes at which wakes of the loop happened, beside its own. */
  wakePlaces: SliceNode[];
  runs: number;
  /** Share of all runs of the slice that are its own or that it caused, 0 to 1. */
  share: number;
  /** Share of the slice's time spent in the loop's runs, 0 to 1. */
  busyShare: number;
  /** How often it went round: what most of its nodes have in common. */
  rounds: number;
  /** Share of its runs that nothing outside had woken for some rounds: one that waits has none. */
  alone: number;
  /** Mean length of its runs, milliseconds. */
  meanRunMs: number;
  perSecond: number;
  /** Processes and threads that it started, a second. */
  birthsPerSecond: number;
  /** Streams and sockets in it failed in most of its rounds. */
  fails: boolean;
  /** Some of its requests may bring data that is not among what was received. */
  bringsData: boolean;
  /** What its runs, and those that they made runnable, sent and were given. */
  exchange: Exchange;
  /** Every way by which the loop wakes itself. */
  via: ReadonlySet<WakeVia>;
}

export function loopsOf(slice: Slice, gates: GraphGates = DEFAULT_GATES): WakeLoop[] {
  const total = slice.runs + slice.unknownRuns;
  const loops = components(slice)
    .map((ids) => loopOf(slice, ids, total, gates.roundsAlone))
    .filter((loop) => isSuspect(loop, gates));
  return loops.sort((a, b) => weight(b) - weight(a));
}

const weight = (loop: WakeLoop): number => Math.max(loop.share, loop.busyShare);

function isSuspect(loop: WakeLoop, gates: GraphGates): boolean {
  // One millisecond timers leave most of the time to others, and most runs; births all of it.
  const isSlow = loop.via.has('timer') || loop.birthsPerSecond > 0;
  if (loop.alone < gates.minAlone || loop.runs * loop.alone < gates.minRuns) return false;
  return isSlow || weight(loop) >= gates.minShare;
}

function loopOf(
  slice: Slice,
  ids: ReadonlySet<number>,
  allRuns: number,
  roundsAlone: number,
): WakeLoop {
  const nodes = slice.nodes.filter(({ id }) => ids.has(id));
  const edges = slice.edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
  const runs = sum(nodes.map((node) => node.runs));
  const busyMs = sum(nodes.map((node) => node.busyMs));
  // A round may pass a node twice, and others than those of the loop: so both must be enough.
  const leastHops = roundsAlone * nodes.length;
  const isAlone = ({ hops, visits }: SliceNode, run: number): boolean =>
    hops[run]! >= leastHops && visits[run]! > roundsAlone;
  const alone = sum(nodes.map((node) => node.hops.filter((_, run) => isAlone(node, run)).length));
  const rounds = roundsOf(nodes);
  const perSecond = (n: number): number =>
    Math.round((n * 1000) / Math.max(slice.elapsedMs, 0.001));
  const caused = causedBy(ids, slice);
  const places = new Set(edges.map(({ wokenAt }) => wokenAt));
  return {
    nodes,
    edges,
    makers: makersOf(nodes, slice),
    wakePlaces: slice.nodes.filter(({ id }) => places.has(id)),
    runs,
    share: sum(caused.map((node) => node.runs)) / Math.max(allRuns, 1),
    busyShare: busyMs / Math.max(slice.elapsedMs, 0.001),
    rounds,
    alone: alone / Math.max(runs, 1),
    meanRunMs: busyMs / Math.max(runs, 1),
    perSecond: perSecond(runs),
    bringsData: caused.some(bringsData),
    birthsPerSecond: perSecond(sum(caused.map(({ births }) => births))),
    fails: rounds > 0 && sum(caused.map(({ errors }) => errors)) * 2 >= rounds,
    exchange: {
      sent: total(caused.map(({ sent }) => sent)),
      received: total(caused.map(({ received }) => received)),
    },
    via: new Set(edges.map(({ via }) => via)),
  };
}

/** Requests that only ask, start or end something; what comes over a connection is seen. */
const ASKING =
  /^(?:FSREQ|FILEHANDLECLOSEREQ|FSEVENT|TCP|PIPE|TLS|SOCKET|SHUTDOWN|WRITE|GETADDRINFO|QUERY|DNS|PROCESS|WORKER|HTTP)/;

function bringsData({ via, resource, call }: SliceNode): boolean {
  if (via !== 'io' || resource === null) return false;
  return (
    !ASKING.test(resource) ||
    (resource.startsWith('FSREQ') && /read(?!dir|link)/i.test(call ?? 'read'))
  );
}

function makersOf(nodes: readonly SliceNode[], slice: Slice): SliceNode[] {
  const made = new Map<number, number>();
  for (const { makers } of nodes) {
    for (const [place, count] of makers) made.set(place, (made.get(place) ?? 0) + count);
  }
  const makers = slice.nodes.filter(({ id }) => made.has(id));
  return makers.sort((a, b) => made.get(b.id)! - made.get(a.id)!);
}

/** The nodes of a loop, and all that its runs made runnable, directly or not. */
function causedBy(ids: ReadonlySet<number>, { nodes, edges }: Slice): SliceNode[] {
  const caused = new Set(ids);
  for (const id of caused) {
    for (const { from, to } of edges) if (from === id) caused.add(to);
  }
  return nodes.filter(({ id }) => caused.has(id));
}

/** The median of how often its nodes were passed, the rare ones left out. */
function roundsOf(nodes: readonly SliceNode[]): number {
  const counts = nodes.map(({ arms, runs }) => Math.max(arms, runs)).sort((a, b) => a - b);
  const most = counts.at(-1) ?? 0;
  const usual = counts.filter((count) => count >= most / 10);
  return usual[Math.floor(usual.length / 2)] ?? 0;
}

const total = (messages: readonly Messages[]): Messages => ({
  count: sum(messages.map(({ count }) => count)),
  fresh: sum(messages.map(({ fresh }) => fresh)),
});

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Strongly connected components that have an edge inside (Tarjan). */
function components(slice: Slice): Set<number>[] {
  const targets = new Map<number, number[]>();
  for (const { from, to } of slice.edges) {
    if (from === 0) continue;
    const known = targets.get(from);
    if (known) known.push(to);
    else targets.set(from, [to]);
  }
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const stack: number[] = [];
  const onStack = new Set<number>();
  const found: Set<number>[] = [];
  const visit = (node: number): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    onStack.add(node);
    for (const next of targets.get(node) ?? []) {
      if (!index.has(next)) {
        visit(next);
        low.set(node, Math.min(low.get(node)!, low.get(next)!));
      } else if (onStack.has(next)) low.set(node, Math.min(low.get(node)!, index.get(next)!));
    }
    if (low.get(node) !== index.get(node)) return;
    const members = new Set<number>();
    for (;;) {
      const member = stack.pop()!;
      onStack.delete(member);
      members.add(member);
      if (member === node) break;
    }
    if (members.size > 1 || targets.get(node)?.includes(node)) found.push(members);
  };
  for (const { id } of slice.nodes) if (!index.has(id)) visit(id);
  return found;
}
