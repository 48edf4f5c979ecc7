import { opaque, type Waker } from './waker.ts';

/**
 * A slot for the waker of the one task that waits: port of `futures::task::AtomicWaker`.
 *
 * Register first, look at the state after: so a wake between the two is not lost. A second
 * task that registers *replaces* the first, whose waker is dropped and not woken.
 *
 * Difference: JavaScript's heap has one thread, so there are no states to race for, and a
 * wake can never come in the middle of `register`.
 */
export class AtomicWaker {
  private waker: Waker | null = null;

  get [opaque](): true {
    return true;
  }

  /** Keeps a clone of `waker`, unless the one that is kept already wakes the same task. */
  register(waker: Waker): void {
    const kept = this.waker;
    if (kept !== null) {
      if (kept.willWake(waker)) return;
      this.waker = null;
      kept.drop();
    }
    this.waker = waker.clone();
  }

  /** Wakes the task that registered last and forgets it; nothing when there is none. */
  wake(): void {
    const waker = this.waker;
    if (waker === null) return;
    this.waker = null;
    waker.wake();
  }

  /** Takes the waker out without waking it; the caller wakes or drops it. */
  take(): Waker | null {
    const waker = this.waker;
    this.waker = null;
    return waker;
  }

  /** Drops the waker without waking it. */
  clear(): void {
    this.take()?.drop();
  }

  /** True while a task is registered. */
  get isRegistered(): boolean {
    return this.waker !== null;
  }
}
