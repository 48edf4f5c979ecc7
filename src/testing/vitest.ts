/** `import 'selfwake/vitest'` in a setup file adds the matcher `toHaveNoBusyLoop`. */
import { expect } from 'vitest';
import { BusyLoopError } from '../source/executor/busy-loop-error.ts';
import type { Monitor } from '../source/executor/monitor.ts';
import type { Recording } from '../model/recording.ts';
import { type AssertOptions, busyLoopsIn } from './assert-no-busy-loop.ts';

declare module 'vitest' {
  interface Matchers<T> {
    /** Nothing in the monitor or recording spins. */
    toHaveNoBusyLoop(options?: AssertOptions): T;
  }
}

expect.extend({
  toHaveNoBusyLoop(subject: Monitor | Recording, options?: AssertOptions) {
    const [first] = busyLoopsIn(subject, options);
    return {
      pass: first === undefined,
      message: () =>
        first ? new BusyLoopError(first).message : 'expected a busy loop, and none was found',
    };
  },
});
