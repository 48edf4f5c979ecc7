import { Context } from '../core/context.ts';
import { opaque, type Waker, type YieldReason } from '../core/waker.ts';

/**
 * A waker that counts what is done to it and its clones: `futures_test::task::new_count_waker`.
 * All clones are the one object, so `liveClones` says whether every clone was let go.
 */
export class CountingWaker implements Waker {
  /** Calls of `wake` and `wakeByRef`. */
  wakes = 0;
  /** Calls of `yieldByRef`, which are no wakes. */
  yields: YieldReason[] = [];
  clones = 0;
  /** Clones let go: dropped, or consumed by `wake`. */
  drops = 0;

  get [opaque](): true {
    return true;
  }

  /** Clones that nobody has dropped or consumed. Below 0: somebody dropped what it did not own. */
  get liveClones(): number {
    return this.clones - this.drops;
  }

  /** A context with this waker. */
  context(): Context {
    return Context.fromWaker(this);
  }

  /** Wakes and yields since the last call. */
  take(): number {
    const total = this.wakes + this.yields.length;
    this.wakes = 0;
    this.yields = [];
    return total;
  }

  wake(): void {
    this.wakes += 1;
    this.drops += 1;
  }

  wakeByRef(): void {
    this.wakes += 1;
  }

  yieldByRef(reason: YieldReason): void {
    this.yields.push(reason);
  }

  clone(): Waker {
    this.clones += 1;
    return this;
  }

  drop(): void {
    this.drops += 1;
  }

  willWake(other: Waker): boolean {
    return other === this;
  }
}
