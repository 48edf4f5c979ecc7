/**
 * Between a source inside a watched program and whoever started that program. `selfwake
 * run` puts an {@link Agent} on `globalThis` under {@link AGENT_KEY} before the program's
 * first line; a source that finds it there registers itself. In a plain process there is
 * none, and a source keeps its lines to itself.
 *
 * Protocol:
 * 1. `register` once per segment. The agent drains the source at once, then on an unref'd
 *    interval (about 50 ms), at the thread's exit, and, should the thread be stuck inside a
 *    poll, from a debugger pause in that poll. `drain` must therefore never call user code,
 *    never throw, and be cheap when nothing is new.
 * 2. Lines are cumulative: a line that is sent again replaces the earlier one. The
 *    `segment` line and the `header` are the agent's own affair: `drain` gives neither.
 * 3. {@link AgentLink.flush} is for what cannot wait: a suspicion that is new or has grown.
 *    It works from inside a poll, also one that never returns.
 */
import type { Line, SegmentInfo } from './recording.ts';

/** `Symbol.for` this on `globalThis` holds the {@link Agent}, if there is one. */
export const AGENT_KEY = 'selfwake.agent';

/** What the one who started the program asks of every source in it. */
export interface AgentOptions {
  /** Overridden thresholds, `rule.key` to value: so that a source does not mark later than a rule may ask. */
  thresholds: Record<string, number>;
  /** Trace from the start (`--exact`). Counts are exact in any case. */
  isExact: boolean;
  /** End what spins, where that is safe, and let the program go on (`--on-detect break`). */
  shallBreak: boolean;
  /** A monitor that the program makes itself is its own to judge, and does not register. */
  leavesMonitors?: boolean;
  /** Paths in a recording are relative to this folder. */
  root: string;
}

export interface AgentSource {
  /** The segment's introduction, complete. Its `id` must be unique among processes and threads. */
  info: SegmentInfo;
  /** `process.hrtime.bigint()` at the segment's time 0; that clock is one for all threads. */
  zeroHr: bigint;
  /** What is being polled now: see `live-cells.ts`. Backed by a SharedArrayBuffer. */
  liveCells: Float64Array;
  /** The core's `progressCells`. Backed by a SharedArrayBuffer. */
  progressCells: Float64Array;
  /** The lines that are new since the last call. */
  drain(): Line[];
}

/** What a source holds after it registered. */
export interface AgentLink {
  /** Drains the source and sends now. */
  flush(): void;
  /** Drains a last time and forgets the source. Safe to call again. */
  close(): void;
}

export interface Agent {
  readonly version: 1;
  readonly options: AgentOptions;
  register(source: AgentSource): AgentLink;
  /** A test begins in this thread; `id` counts up. Missing where the agent is not of this process. */
  testBegins?(id: number, name: string): void;
}

/** The agent of this thread, if the program was started by one. */
export function findAgent(): Agent | null {
  const found = (globalThis as Record<symbol, unknown>)[Symbol.for(AGENT_KEY)];
  if (typeof found !== 'object' || found === null) return null;
  return (found as Agent).version === 1 ? (found as Agent) : null;
}
