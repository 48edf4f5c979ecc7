/** Futures that do as little as can be, so that what is measured is whoever polls them. */
import { Context, type Future, noteProgress, Poll, ProgressCell, Waker } from 'selfwake';

/** Wakes itself `left` times. Its counter moves, and that is all that tells it from a spin. */
export class SelfWaking implements Future<void> {
  left: number;
  constructor(left: number) {
    this.left = left;
  }
  poll(cx: Context): Poll<void> {
    if (this.left === 0) return Poll.Ready();
    this.left -= 1;
    cx.waker.wakeByRef();
    return Poll.Pending;
  }
}

/** Wakes itself after each item that it takes, as a loop over a full queue does. */
export class Taking implements Future<void> {
  left: number;
  constructor(left: number) {
    this.left = left;
  }
  poll(cx: Context): Poll<void> {
    if (this.left === 0) return Poll.Ready();
    this.left -= 1;
    noteProgress(ProgressCell.ITEMS, 1);
    cx.waker.wakeByRef();
    return Poll.Pending;
  }
}

/** Passes a turn to its partner, `left` times: every wake is for another task, which is idle. */
export class PingPong implements Future<void> {
  left: number;
  partner: PingPong | null = null;
  waker: Waker | null = null;
  constructor(left: number) {
    this.left = left;
  }
  poll(cx: Context): Poll<void> {
    if (this.waker === null) this.waker = cx.waker.clone();
    const other = this.partner?.waker;
    if (this.left === 0) {
      other?.wakeByRef();
      return Poll.Ready();
    }
    this.left -= 1;
    noteProgress(ProgressCell.ITEMS, 1);
    other?.wakeByRef();
    return Poll.Pending;
  }
}

/** Arithmetic in each poll, as a stand-in for real work; an item, too, if it `takes`. */
export class Working implements Future<void> {
  left: number;
  sum = 0;
  readonly turns: number;
  readonly takes: boolean;
  constructor(left: number, takes: boolean, turns = turnsOfOneMicrosecond()) {
    this.left = left;
    this.turns = turns;
    this.takes = takes;
  }
  poll(cx: Context): Poll<void> {
    if (this.left === 0) return Poll.Ready();
    this.left -= 1;
    let sum = this.sum;
    for (let i = 0; i < this.turns; i += 1) sum = (sum * 31 + i) | 0;
    this.sum = sum;
    if (this.takes) noteProgress(ProgressCell.ITEMS, 1);
    cx.waker.wakeByRef();
    return Poll.Pending;
  }
}

export function pair(rounds: number): [PingPong, PingPong] {
  const one = new PingPong(rounds);
  const other = new PingPong(rounds);
  one.partner = other;
  other.partner = one;
  return [one, other];
}

export function manyOf<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

let calibrated = 0;

/** Turns of {@link Working}'s loop that take a microsecond here, by the best of many polls. */
function turnsOfOneMicrosecond(): number {
  if (calibrated > 0) return calibrated;
  const turns = 10_000;
  const worker = new Working(2 ** 30, false, turns);
  const cx = Context.fromWaker(Waker.noop());
  let bestMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3000; round += 1) {
    const begun = performance.now();
    worker.poll(cx);
    bestMs = Math.min(bestMs, performance.now() - begun);
  }
  calibrated = Math.max(1, Math.round(turns / (bestMs * 1000)));
  return calibrated;
}
