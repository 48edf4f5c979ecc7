/**
 * Port of `tokio::sync::Notify`: wakes tasks, and keeps at most one permit for the next.
 *
 * A notification is never progress by itself, so nothing is noted; what a wake is worth is
 * judged by what the waking task did. Difference: it takes part in the cooperative budget,
 * so that two tasks that notify each other within their polls give way.
 */
import type { Context } from '../context.ts';
import { madeProgress, pollProceed } from '../coop.ts';
import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { opaque } from '../waker.ts';
import { WaitList, WaitNode } from './wait-list.ts';

class Waiter extends WaitNode {
  notifiedBy: 'nobody' | 'one' | 'all' = 'nobody';
  /** How many `notifyWaiters` there had been when it began to wait. */
  readonly round: number;
  constructor(round: number) {
    super();
    this.round = round;
  }
}

class State {
  hasPermit = false;
  round = 0;
  readonly line = new WaitList<Waiter>();
}

export class Notify {
  readonly #state = new State();

  get [opaque](): true {
    return true;
  }

  /** Notifies the one who waits longest; if none does, the next to wait need not. */
  notifyOne(): void {
    notifyOne(this.#state);
  }

  /** Notifies all who wait now, also those made and not yet polled; keeps no permit. */
  notifyWaiters(): void {
    const state = this.#state;
    state.round += 1;
    for (let first = state.line.first; first !== null; first = state.line.first) {
      // A wake may let somebody new wait: they are of this round, and behind all others.
      if (first.round === state.round) return;
      state.line.remove(first);
      first.notifiedBy = 'all';
      first.wake();
    }
  }

  /** Waits for a notification: `Notify::notified`. */
  notified(): Notified {
    return new Notified(this.#state);
  }
}

function notifyOne(state: State): void {
  const waiter = state.line.popFront();
  if (waiter === null) {
    state.hasPermit = true;
    return;
  }
  waiter.notifiedBy = 'one';
  waiter.wake();
}

/** Port of `tokio::sync::futures::Notified`. */
export class Notified implements Future<void> {
  readonly #state: State;
  readonly #waiter: Waiter;
  #isDone = false;

  constructor(state: State) {
    this.#state = state;
    this.#waiter = new Waiter(state.round);
  }

  poll(cx: Context): Poll<void> {
    if (this.#isDone) polledAfterReady(this);
    if (!pollProceed(cx)) return Poll.Pending;
    if (this.enable()) {
      this.#isDone = true;
      this.#waiter.dropWaker();
      madeProgress();
      return Poll.Ready();
    }
    this.#waiter.setWaker(cx.waker);
    return Poll.Pending;
  }

  /** Gets in line without a poll: true when it is notified already. (`Notified::enable`) */
  enable(): boolean {
    const waiter = this.#waiter;
    if (waiter.notifiedBy !== 'nobody') return true;
    if (waiter.isLinked) return false;
    if (waiter.round !== this.#state.round) {
      waiter.notifiedBy = 'all';
      return true;
    }
    if (this.#state.hasPermit) {
      this.#state.hasPermit = false;
      waiter.notifiedBy = 'one';
      return true;
    }
    this.#state.line.pushBack(waiter);
    return false;
  }

  /** Leaves the line; a notification that only it got is passed on. */
  drop(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    const waiter = this.#waiter;
    waiter.dropWaker();
    if (waiter.isLinked) this.#state.line.remove(waiter);
    else if (waiter.notifiedBy === 'one') notifyOne(this.#state);
  }
}
