/** `import 'selfwake/vitest'` in a setup file adds the matcher `toHaveNoBusyLoop`. */
import { expect } from 'vitest';
import type { Monitor } from '../source/executor/monitor.ts';
import type { Recording } from '../model/recording.ts';
import { type AssertOptions, busyLoopIn } from './assert-no-busy-loop.ts';

declare module 'vitest' {
  interface Matchers<T> {
    /** Nothing in the monitor or recording spins. */
    toHaveNoBusyLoop(options?: AssertOptions): T;
  }
}

expect.extend({
  toHaveNoBusyLoop(subject: Monitor | Recording, options?: AssertOptions) {
    const error = busyLoopIn(subject, options);
    return {
      pass: error === null,
      message: () => error?.message ?? 'A busy loop was expected, and none was found.',
    };
  },
});
