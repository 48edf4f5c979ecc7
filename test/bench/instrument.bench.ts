/** What `instrument` costs a poll, and `meter.tick` a turn, beside the bare call. Figures only. */
import {
  Context,
  createMonitor,
  type Future,
  noteProgress,
  Poll,
  ProgressCell,
  Waker,
} from 'selfwake';
import type { Comparison } from './comparison.ts';

const CALLS = 200_000;
const monitor = createMonitor();

/** Woken from outside, an item a poll. */
class Endless implements Future<void> {
  polled = 0;
  poll(_cx: Context): Poll<void> {
    this.polled += 1;
    noteProgress(ProgressCell.ITEMS, 1);
    return Poll.Pending;
  }
}

/** Polls another, which is then a layer within it. */
class Outer implements Future<void> {
  readonly inner: Future<void>;
  constructor(inner: Future<void>) {
    this.inner = inner;
  }
  poll(cx: Context): Poll<void> {
    return this.inner.poll(cx);
  }
}

const cx = Context.fromWaker(Waker.noop());

function polls(future: Future<void>): () => void {
  return () => {
    for (let call = 0; call < CALLS; call += 1) future.poll(cx);
  };
}

let moved = 0;
function bareTurns(): void {
  for (let call = 0; call < CALLS; call += 1) moved += 1;
}
function meteredTurns(): void {
  for (let call = 0; call < CALLS; call += 1) {
    moved += 1;
    monitor.meter.tick('pump', true);
  }
}

export const comparisons: Comparison[] = [
  {
    name: 'monitor.instrument(future) ÷ bare: a poll',
    subject: polls(monitor.instrument(new Endless())),
    baseline: polls(new Endless()),
    operations: CALLS,
  },
  {
    name: 'the same with an instrumented layer within',
    subject: polls(monitor.instrument(new Outer(monitor.instrument(new Endless())))),
    baseline: polls(new Outer(new Endless())),
    operations: CALLS,
  },
  {
    name: 'meter.tick ÷ bare: a turn',
    subject: meteredTurns,
    baseline: bareTurns,
    operations: CALLS,
  },
];
