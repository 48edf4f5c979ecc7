/** What passes between a watched thread and the agent's thread beside it. */
import type { Line, SegmentInfo } from '../model/recording.ts';
import type { SessionAddress } from './environment.ts';

/** A true value under this key in `workerData` says: this is the agent's own thread. */
export const AGENT_THREAD_MARK = 'selfwake.agentThread';

/** Shared cells of the hand-shake at exit: Int32, one for each direction. */
export const FlushCell = {
  /** Highest flush number that the agent's thread has written out. */
  FLUSHED: 0,
} as const;

export interface AgentThreadData {
  [AGENT_THREAD_MARK]: true;
  session: SessionAddress;
  flushCells: Int32Array;
  /** Only the main thread can be looked into from another one. */
  isMainThread: boolean;
}

export type ToAgentThread =
  | {
      type: 'source';
      info: SegmentInfo;
      /** `hrtime` at the segment's time 0. */
      zeroHr: bigint;
      liveCells: Float64Array;
      progressCells: Float64Array;
    }
  | { type: 'lines'; lines: Line[] }
  /** Write out everything that came before, then store `flush` in FLUSHED and wake who waits. */
  | { type: 'flush'; flush: number }
  | { type: 'source-closed'; segment: string };
