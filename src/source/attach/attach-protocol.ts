/** What passes between whoever attaches and the script that was put into the program. */

/** Names of `Symbol.for` under which the program's global object holds what is ours. */
export const AttachKey = {
  /** Per thread: the agent, while somebody is attached. */
  AGENT: 'selfwake.attached',
  /** Main thread only: who is attached, and who waits. */
  ATTACHMENTS: 'selfwake.attachments',
  /** For a moment: what the agent is made of. */
  SCRIPT: 'selfwake.script',
} as const;

/** How a thread is, at one moment. */
export interface AgentPulse {
  beats: number;
  /** Turns of the event loop; null where the runtime does not tell. */
  turns: number | null;
  /** Timers since attaching that asked for a delay that no timer can have. */
  oddDelays: number;
  /** Processes and threads that it started since attaching. */
  births: number;
  /** Promise jobs that the agent asked for, one at each pulse, and that ran; 0 where it has hooks. */
  jobs: number;
  /** CPU time of the whole process; null where the runtime does not tell. */
  processCpuMs: number | null;
}

/** Which runtime answers, before anything is put into it. */
export interface RuntimeFacts {
  /** `node 20.20.2`, `deno 2.1.0`; a browser's user agent. */
  runtime: string;
  /** It has Node's own modules, so that wakes can be traced. */
  isNode: boolean;
  pid: number | null;
  parentPid: number | null;
  cwd: string | null;
  command: string[];
  /** Node's number of the thread; 0 for the main one. */
  thread: number;
  /** The system's number of this thread, on Linux; 0 elsewhere. */
  systemThread: number;
  /** `selfwake run` watches it already. */
  isWatched: boolean;
}

/** What a claim came to: the thread is the claimant's, somebody else's, or nobody has come yet. */
export type ClaimAnswer = 'yours' | 'taken' | 'empty';
