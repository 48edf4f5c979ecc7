/** Wake slices and loops for tests, with calm defaults. A test says only what matters to it. */
import { WireNews } from '../../src/trace/wire-news.ts';
import type { Frame } from '../../src/trace/call-sites.ts';
import type { WakeLoop } from '../../src/trace/wake-graph.ts';
import type { Slice, SliceEdge, SliceNode } from '../../src/trace/wake-slice.ts';

export function frame(functionName: string | null, changes: Partial<Frame> = {}): Frame {
  return {
    url: '/app/poller.js',
    line: 12,
    column: 5,
    functionName,
    typeName: null,
    methodName: null,
    isToplevel: false,
    ...changes,
  };
}

/** Armed by one function of the program; 100 runs, none of them woken from outside for long. */
export function node(id: number, changes: Partial<SliceNode> = {}): SliceNode {
  const runs = changes.runs ?? 100;
  return {
    id,
    frames: [frame(`f${id}`)],
    asyncFrames: [],
    isInternal: false,
    isExecutors: false,
    calledBy: null,
    via: 'promise',
    runs,
    busyMs: 1,
    visits: Array.from({ length: runs }, () => 50),
    awaited: [],
    makers: new Map(),
    hops: Array.from({ length: runs }, () => 50),
    arms: runs,
    delayMs: null,
    resource: null,
    call: null,
    errors: 0,
    births: 0,
    sent: new WireNews(),
    received: new WireNews(),
    timer: null,
    callback: null,
    ...changes,
  };
}

export function edge(from: number, to: number, changes: Partial<SliceEdge> = {}): SliceEdge {
  return { from, to, via: 'promise', count: 100, wokenAt: from, ...changes };
}

export function slice(nodes: SliceNode[], edges: SliceEdge[], changes: Partial<Slice> = {}): Slice {
  const runs = nodes.reduce((sum, each) => sum + each.runs, 0);
  return {
    nodes,
    edges,
    events: 4 * runs,
    runs,
    unknownRuns: 0,
    elapsedMs: 100,
    ...changes,
  };
}

export function wakeLoop(nodes: SliceNode[], changes: Partial<WakeLoop> = {}): WakeLoop {
  return {
    nodes,
    edges: nodes.map(({ id }) => edge(id, id)),
    makers: [],
    wakePlaces: nodes,
    runs: 100,
    share: 1,
    busyShare: 0.5,
    rounds: 100,
    alone: 1,
    meanRunMs: 0.01,
    perSecond: 1000,
    birthsPerSecond: 0,
    fails: false,
    bringsData: false,
    exchange: { sent: { count: 0, fresh: 0 }, received: { count: 0, fresh: 0 } },
    via: new Set(['promise']),
    ...changes,
  };
}
