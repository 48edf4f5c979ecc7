/** What passes between a watched thread and the agent's thread beside it. */
import type { Line, SegmentInfo } from '../model/recording.ts';
import type { SessionAddress } from './environment.ts';

/** A true value under this key in `workerData` says: this is the agent's own thread. */
export const AGENT_THREAD_MARK = 'selfwake.agentThread';

/** From the parent, on the agent's connection: end this loop, if that is safe. */
export interface BreakRequest {
  type: 'break';
  segment: string;
  unitKey: string;
}

/** What came of it. */
export interface BreakAnswer extends Omit<BreakRequest, 'type'> {
  type: 'broken';
  isBroken: boolean;
}

/** Shared cells of the hand-shake at exit: Int32, one for each direction. */
export const FlushCell = {
  /** Highest flush number that the agent's thread has written out. */
  FLUSHED: 0,
  /** 1 while the agent's thread is connected to this thread's inspector. */
  CONNECTED: 1,
} as const;

export interface AgentThreadData {
  [AGENT_THREAD_MARK]: true;
  session: SessionAddress;
  flushCells: Int32Array;
  /** Node's number of the watched thread. */
  thread: number;
  /** Which test runs in the watched thread: see `test-cells.ts`. */
  tests: SharedArrayBuffer;
  /** Of all threads of the process, which the main thread's agent watches; null for another's. */
  hearts: SharedArrayBuffer | null;
  /** The program's command line. */
  command: string[];
}

/** Under this key a process's threads find its hearts: `worker_threads.getEnvironmentData`. */
export const HEARTS_KEY = 'selfwake.hearts';

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
