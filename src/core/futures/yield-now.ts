import type { Context } from '../context.ts';
import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { yieldByRef } from '../waker.ts';

/** The type of {@link yieldNow}. */
export class YieldNow implements Future<void> {
  private polls = 0;

  poll(cx: Context): Poll<void> {
    this.polls += 1;
    if (this.polls === 1) {
      yieldByRef(cx.waker, 'yield');
      return Poll.Pending;
    }
    if (this.polls > 2) polledAfterReady(this);
    return Poll.Ready();
  }
}

/**
 * Lets other tasks and the event loop run, then goes on: port of `tokio::task::yield_now`.
 * The re-arming is deferred where the executor can, and counted as a yield.
 */
export function yieldNow(): YieldNow {
  return new YieldNow();
}
