/**
 * Tells wakes that a task has arranged for itself from those that come from outside. A poll
 * that answers Pending and leaves `setImmediate(() => waker.wake())`, a microtask, a tick or
 * a promise that settles by itself, waits for nothing: its wake is a self-wake that takes a
 * short way round. Asked only about a task that is woken for nothing all the time, and then
 * for a few wakes: meanwhile a hook follows what was created in whose poll.
 */
import { type AsyncHook, createHook, executionAsyncId } from 'node:async_hooks';
import type { ArmedVia } from '../../model/recording.ts';
import type { TaskRow } from './task-row.ts';

/** Wakes in a row that must be the task's own. */
const OWN_WAKES = 16;
/** Fruitless polls until a task that proved healthy is asked again; twice as many each time. */
const PAUSE_POLLS = 2048;
const MAX_PAUSE_POLLS = 1 << 20;
/** Resources remembered at a time; a probe is given up when there are more. */
const MAX_ORIGINS = 20_000;

/** What runs by itself as soon as it can. I/O and timers are not among it: they wait for something. */
const PROMPT: Readonly<Record<string, ArmedVia>> = {
  PROMISE: 'promise',
  Microtask: 'microtask',
  TickObject: 'nextTick',
  Immediate: 'immediate',
};

interface Origin {
  /** In whose poll it was created, or in what such a thing ran. */
  row: TaskRow;
  via: ArmedVia;
}

interface Probe {
  own: number;
  pause: number;
  /** Polls when it began: what came of these was not followed. */
  polls: number;
}

export class SelfArming {
  readonly #current: () => TaskRow | null;
  readonly #hook: AsyncHook;
  readonly #origins = new Map<number, Origin>();
  readonly #probed = new Set<TaskRow>();
  readonly #probes = new WeakMap<TaskRow, Probe>();

  /** `current` is the task being polled. */
  constructor(current: () => TaskRow | null) {
    this.#current = current;
    this.#hook = createHook({ init: (id, type) => this.#created(id, type) });
  }

  /** Begins to look at the next wakes of a task. */
  probe(row: TaskRow): void {
    const probe = this.#probes.get(row) ?? { own: 0, pause: PAUSE_POLLS, polls: 0 };
    probe.own = 0;
    probe.polls = row.polls;
    this.#probes.set(row, probe);
    row.outsideMark = row.outsideStreak + probe.pause;
    row.isProbed = true;
    if (this.#probed.size === 0) this.#hook.enable();
    this.#probed.add(row);
  }

  /** A probed task was woken outside of every poll. */
  woken(row: TaskRow): void {
    const probe = this.#probes.get(row);
    if (!probe || probe.polls === row.polls) return;
    const origin = this.#origins.get(executionAsyncId());
    if (origin?.row !== row) {
      probe.pause = Math.min(probe.pause * 2, MAX_PAUSE_POLLS);
      row.armedVia = null;
      this.end(row);
      return;
    }
    probe.own += 1;
    if (probe.own < OWN_WAKES) return;
    row.armedVia = origin.via;
    probe.pause = PAUSE_POLLS;
    this.end(row);
  }

  /** Looks no more. */
  end(row: TaskRow): void {
    row.isProbed = false;
    if (this.#probed.delete(row) && this.#probed.size === 0) this.#stop();
  }

  close(): void {
    for (const row of this.#probed) row.isProbed = false;
    this.#probed.clear();
    this.#stop();
  }

  #stop(): void {
    this.#hook.disable();
    this.#origins.clear();
  }

  /** Something was created that will run later. */
  #created(id: number, type: string): void {
    const via = PROMPT[type];
    if (via === undefined) return;
    const row = this.#current() ?? this.#origins.get(executionAsyncId())?.row;
    if (row === undefined || !row.isProbed) return;
    if (this.#origins.size >= MAX_ORIGINS) {
      this.close();
      return;
    }
    this.#origins.set(id, { row, via });
  }
}
