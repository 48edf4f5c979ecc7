/**
 * A short CPU profile of a thread, read for two things that no hook shows: functions of
 * the program in which a loop spends its time (their state may be where it makes
 * progress), and those that Node's streams call for data and that touch no promise.
 */
import type { Place } from '../model/recording.ts';
import type { InspectorSession } from './inspector-session.ts';
import { isTranspiled } from './loop-blame.ts';
import { evaluate } from './pause-control.ts';

/** Length and interval of the profile. */
const PROFILE_MS = 60;
const INTERVAL_US = 200;
/** Shares of all samples: of a function worth a look, and of one that a stream calls. */
const HOT_SHARE = 0.1;
const SOURCE_SHARE = 0.03;
const MAX_HOT = 2;

const STREAMS = /^node:internal\/(?:streams|webstreams|fs\/streams)/;

export interface ProfiledFunction {
  functionName: string;
  scriptId: string;
  url: string;
  /** From 1: where the function begins. */
  line: number;
  column: number;
  /** Share of the samples in it or below it, 0 to 1. */
  share: number;
}

export interface HotFunctions {
  /** The program's own, the hottest first. */
  hot: ProfiledFunction[];
  /** The one that a stream calls for data, if there is one. */
  source: ProfiledFunction | null;
}

interface ProfileNode {
  id: number;
  callFrame: {
    functionName: string;
    scriptId: string;
    url: string;
    lineNumber: number;
    columnNumber: number;
  };
  hitCount?: number;
  children?: number[];
}

/** Where a function stands in the sources, as the thread's agent maps it; null where it cannot. */
export async function placeOf(
  session: InspectorSession,
  fn: ProfiledFunction,
): Promise<Place | null> {
  const functionName = fn.functionName === '' ? null : fn.functionName;
  const frame = { ...fn, functionName, typeName: null, methodName: null, isToplevel: true };
  const places = `${session.agent}.sampler.places(${JSON.stringify([frame])})`;
  const [place = null] = await evaluate<Place[]>(session, places);
  return place;
}

export async function hotFunctions(
  session: InspectorSession,
  isOwn: (url: string) => boolean,
  wait: (ms: number) => Promise<void>,
): Promise<HotFunctions> {
  await session.post('Profiler.enable');
  try {
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
    await session.post('Profiler.start');
    await wait(PROFILE_MS);
    const { profile } = await session.post<{ profile: { nodes: ProfileNode[] } }>('Profiler.stop');
    return read(profile.nodes, isOwn);
  } finally {
    await session.post('Profiler.disable').catch(() => {});
  }
}

function read(nodes: readonly ProfileNode[], isOwn: (url: string) => boolean): HotFunctions {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((c) => [c, id])));
  const total = nodes.reduce((sum, { hitCount = 0 }) => sum + hitCount, 0) || 1;
  const hits = new Map<string, { fn: ProfiledFunction; isCalledByStream: boolean }>();
  for (const node of nodes) {
    const seen = new Set<string>();
    for (let at: ProfileNode | undefined = node; at; at = byId.get(parents.get(at.id) ?? -1)) {
      const { callFrame } = at;
      if (!isProgram(callFrame.url, isOwn)) continue;
      const key = `${callFrame.scriptId}:${callFrame.lineNumber}:${callFrame.columnNumber}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const caller = byId.get(parents.get(at.id) ?? -1)?.callFrame.url ?? '';
      const known = hits.get(key) ?? { fn: functionOf(callFrame), isCalledByStream: false };
      known.fn.share += (node.hitCount ?? 0) / total;
      known.isCalledByStream ||= STREAMS.test(caller);
      hits.set(key, known);
    }
  }
  const all = [...hits.values()].sort((a, b) => b.fn.share - a.fn.share);
  return {
    hot: all
      .map(({ fn }) => fn)
      .filter((fn) => fn.share >= HOT_SHARE && !isTranspiled(fn))
      .slice(0, MAX_HOT),
    source: all.find((f) => f.isCalledByStream && f.fn.share >= SOURCE_SHARE)?.fn ?? null,
  };
}

function isProgram(url: string, isOwn: (url: string) => boolean): boolean {
  return url !== '' && !url.startsWith('node:') && !isOwn(url);
}

function functionOf(frame: ProfileNode['callFrame']): ProfiledFunction {
  const { functionName, scriptId, url, lineNumber, columnNumber } = frame;
  return {
    functionName,
    scriptId,
    url,
    line: lineNumber + 1,
    column: columnNumber + 1,
    share: 0,
  };
}
