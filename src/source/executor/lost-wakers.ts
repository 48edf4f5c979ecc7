/**
 * Pending tasks that nobody can wake any more. Two signs: every waker of the task was
 * garbage-collected without being used; or the process has nothing left to run while
 * tasks still wait. The first works only where the executor does not itself hold the
 * waker of an idle task, and under an executor that is not ours only where it does hold
 * the task: one that only its wakers held may as well have been given up.
 */
import { type Layer, UNSEEN_STATE } from '../../model/recording.ts';
import { type LayerNode, layersIn, pollMethodsOf } from '../../trace/object-graph.ts';
import { isFuture } from '../../core/future.ts';
import type { Waker } from '../../core/waker.ts';
import { chainThrough } from './blame.ts';
import type { SuspicionHost } from './suspicion-host.ts';
import type { TaskRow } from './task-row.ts';
import { typeNameOf } from './unit-table.ts';

/** Tasks reported when the process goes quiet; more would be noise. */
const MAX_QUIET = 32;

export class LostWakers {
  readonly #host: SuspicionHost;
  readonly #live: () => readonly TaskRow[];
  readonly #registry: FinalizationRegistry<TaskRow>;
  readonly #nextCollection: FinalizationRegistry<TaskRow>;
  readonly #onBeforeExit = (): void => this.#quiet();

  constructor(host: SuspicionHost, live: () => readonly TaskRow[]) {
    this.#host = host;
    this.#live = live;
    this.#registry = new FinalizationRegistry((row) => this.#collected(row));
    this.#nextCollection = new FinalizationRegistry((row) => this.#collectedAgain(row));
    process.on('beforeExit', this.#onBeforeExit);
  }

  watch(row: TaskRow, waker: Waker): void {
    row.wakers += 1;
    this.#registry.register(waker, row);
  }

  close(): void {
    process.off('beforeExit', this.#onBeforeExit);
  }

  #collected(row: TaskRow): void {
    row.wakers -= 1;
    if (!isUnwakeable(row)) return;
    if (row.held instanceof WeakRef) this.#nextCollection.register({}, row);
    else this.#report(row, 'collected');
  }

  /** What was let go of together with its wakers is gone by now. */
  #collectedAgain(row: TaskRow): void {
    if (isUnwakeable(row) && isFuture(row.future)) this.#report(row, 'collected');
  }

  #quiet(): void {
    const waiting = this.#live()
      .toSorted((a, b) => Number(b.isAwaited) - Number(a.isAwaited))
      .slice(0, MAX_QUIET);
    for (const row of waiting) {
      if (row.wakers > 0) this.#report(row, 'quiet');
    }
  }

  #report(row: TaskRow, how: 'collected' | 'quiet'): void {
    const { units, mapper } = this.#host;
    const place = row.spawnFrame ? mapper.place(row.spawnFrame) : null;
    const chain = innermostChain(row);
    const guilty = chain.find((layer) => layer.isGuilty);
    const unit = guilty ? units.named('future', guilty.name) : null;
    this.#host.report({
      kind: 'lost-waker',
      id: `lost-waker:${row.id}`,
      at: this.#host.nowNs(),
      since: this.#host.nowNs(),
      task: row.id,
      unit: unit?.id ?? row.unit,
      place,
      chain,
      attribution: 'task-type',
      state: UNSEEN_STATE,
      how,
      isAwaited: row.isAwaited,
    });
  }
}

/** Pending, and neither woken already nor polled without a wake. */
function isUnwakeable(row: TaskRow): boolean {
  return !row.isDone && row.wakers === 0 && !row.isWoken && !row.isPolledUnasked;
}

/** Where each future holds only one other, the innermost let go of the waker; else it is unknown which. */
function innermostChain(row: TaskRow): Layer[] {
  const layers = layersIn(row.future, null);
  const futures = layers.filter(({ object }) => pollMethodsOf(object).includes('poll'));
  const isLinear = futures.every(
    (f) => futures.filter((g) => holder(g, futures) === f).length <= 1,
  );
  const innermost = isLinear ? futures.at(-1) : futures[0];
  if (innermost && typeNameOf(innermost.object) !== null) return chainThrough(innermost, layers);
  return [];
}

/** The nearest future above a layer. */
function holder(layer: LayerNode, futures: readonly LayerNode[]): LayerNode | null {
  let at = layer.parent;
  while (at !== null && !futures.includes(at)) at = at.parent;
  return at;
}
