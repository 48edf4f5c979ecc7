/** What passes between a thread that runs tests and the guard beside it. */
import type { MessagePort } from 'node:worker_threads';
import type { JudgeOptions } from '../../analysis/judge.ts';
import type { Finding, Level } from '../../model/finding.ts';
import type { AgentThreadData, ToAgentThread } from '../../session/agent-messages.ts';

export interface GuardOptions extends Pick<JudgeOptions, 'thresholds' | 'rules'> {
  /** The lowest level that fails a test. */
  failOn: Level;
}

export interface GuardData extends AgentThreadData {
  hearts: SharedArrayBuffer;
  guard: GuardOptions;
  /** What is found is told here: a port can be read also while the event loop does not turn. */
  port: MessagePort;
}

/** To the tests' thread. */
export type FromGuard =
  | {
      type: 'found';
      /** The test in which it began; null where none had begun. */
      test: number | null;
      finding: Finding;
      /** The finding as a terminal shows it. */
      text: string;
    }
  /** Everything that was seen before the question has been told. */
  | { type: 'settled'; question: number };

/** From the tests' thread. */
export type ToGuard = ToAgentThread | { type: 'settle'; question: number };
