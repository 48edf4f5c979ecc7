/** The matchers, for every runner whose `expect` can be extended. */
import type { Recording } from '../model/recording.ts';
import type { Monitor } from '../source/executor/monitor.ts';
import { lateCode } from '../session/late-code.ts';
import { BASE_URL } from '../trace/own-scripts.ts';
import type { AssertOptions } from './assert-no-busy-loop.ts';
import type { FindingsOptions } from './findings-in.ts';
import type * as Judging from './judging.ts';
import { busyLoopOf } from './runner/busy-loop-of.ts';

export interface SelfwakeMatchers {
  /** Nothing in the monitor or recording spins. */
  toHaveNoBusyLoop(options?: AssertOptions): void;
  /** Nothing was found in the monitor or recording, by these rules and from this level on. */
  toHaveNoFindings(options?: FindingsOptions): void;
  /** Futures of this type woke their own tasks no more often, yields not counted. */
  toSelfWakeAtMost(type: string, times: number): void;
  /**
   * The function spins: in `not`, that it ends, or waits, without. What spins for ever is
   * ended, so that the test goes on.
   */
  toBusyLoop(): Promise<void>;
}

interface Result {
  pass: boolean;
  message(): string;
}

const judging = lateCode<typeof Judging>(new URL('testing/judging.cjs', BASE_URL));

export const MATCHERS = {
  toHaveNoBusyLoop(subject: Monitor | Recording, options?: AssertOptions): Result {
    const error = judging().busyLoopIn(subject, options);
    const message = error?.message ?? 'A busy loop was expected, and none was found.';
    return { pass: error === null, message: () => message };
  },

  toHaveNoFindings(subject: Monitor | Recording, options?: FindingsOptions): Result {
    const error = judging().findingsIn(subject, options);
    const message = error?.message ?? 'A finding was expected, and there is none.';
    return { pass: error === null, message: () => message };
  },

  toSelfWakeAtMost(subject: Monitor | Recording, type: string, times: number): Result {
    const count = judging().selfWakesOf(subject, type);
    const expected = count <= times ? `more than ${times}` : `at most ${times}`;
    const message = `${type} woke its own task ${count} times; ${expected} were expected.`;
    return { pass: count <= times, message: () => message };
  },

  async toBusyLoop(body: () => unknown): Promise<Result> {
    const found = await busyLoopOf(body);
    const message = found?.text ?? 'The function was expected to spin, and it did not.';
    return { pass: found !== null, message: () => message };
  },
};
