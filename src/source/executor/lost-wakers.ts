/**
 * Pending tasks that nobody can wake any more. Two signs: every waker of the task was
 * garbage-collected without being used; or the process has nothing left to run while
 * tasks still wait. The first works only where the executor does not itself hold the
 * waker of an idle task.
 */
import type { Layer } from '../../model/recording.ts';
import { type LayerNode, layersIn, pollMethodsOf } from '../../trace/object-graph.ts';
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
  readonly #onBeforeExit = (): void => this.#quiet();

  constructor(host: SuspicionHost, live: () => readonly TaskRow[]) {
    this.#host = host;
    this.#live = live;
    this.#registry = new FinalizationRegistry((row) => this.#collected(row));
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
    if (!row.isDone && row.wakers === 0) this.#report(row, 'collected');
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
      state: { verdict: 'unseen', samples: 0, isComplete: false, moved: [] },
      how,
      isAwaited: row.isAwaited,
    });
  }
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
