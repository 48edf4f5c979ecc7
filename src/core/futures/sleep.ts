import type { Context } from '../context.ts';
import { madeProgress, pollProceed } from '../coop.ts';
import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { currentTimerDriver, type TimerDriver, type TimerEntry } from '../time.ts';
import type { Waker } from '../waker.ts';

/**
 * The type of {@link sleep}: port of `tokio::time::Sleep`.
 *
 * Time counts from where it was made, as in tokio. Difference: a sleep may be made where
 * no executor runs; if it is then polled under another timer driver than the one it was
 * made under, their clocks cannot be compared, and time counts from that first poll.
 */
export class Sleep implements Future<void> {
  readonly durationMs: number;
  private readonly madeUnder: TimerDriver = currentTimerDriver();
  private readonly madeAtMs: number = this.madeUnder.nowMs();
  private entry: TimerEntry | null = null;
  /** What the entry holds; kept to see whether a poll brings another task's waker. */
  private waker: Waker | null = null;
  private isDone = false;

  constructor(durationMs: number) {
    if (!(durationMs >= 0)) {
      throw new RangeError(`a sleep of ${durationMs} ms: give a number of milliseconds from 0 up`);
    }
    this.durationMs = durationMs;
  }

  /** True once the deadline was seen to have passed. */
  get isElapsed(): boolean {
    return this.isDone || this.entry?.isElapsed === true;
  }

  poll(cx: Context): Poll<void> {
    if (this.isDone) polledAfterReady(this);
    if (!pollProceed(cx)) return Poll.Pending;
    if (this.entry === null) this.register(cx.waker);
    // Nothing was registered: the deadline has passed before the first poll.
    if (this.entry === null || this.entry.isElapsed) {
      madeProgress();
      this.release();
      return Poll.Ready();
    }
    if (this.waker !== null && !this.waker.willWake(cx.waker)) {
      this.waker = cx.waker.clone();
      this.entry.setWaker(this.waker);
    }
    return Poll.Pending;
  }

  drop(): void {
    this.entry?.cancel();
    this.release();
  }

  private register(waker: Waker): void {
    const driver = currentTimerDriver();
    const nowMs = driver.nowMs();
    const startMs = driver === this.madeUnder ? this.madeAtMs : nowMs;
    if (startMs + this.durationMs <= nowMs) return;
    this.waker = waker.clone();
    this.entry = driver.register(startMs + this.durationMs, this.waker);
  }

  private release(): void {
    this.isDone = true;
    this.entry = null;
    this.waker = null;
  }
}

/**
 * Is Ready `durationMs` after it was made: port of `tokio::time::sleep`. Any length is
 * right, also past 2^31-1 ms; infinity never ends. Throws RangeError below 0 and for NaN.
 */
export function sleep(durationMs: number): Sleep {
  return new Sleep(durationMs);
}
