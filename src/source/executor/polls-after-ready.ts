import { COUNTER_INDEX } from '../../model/counters.ts';
import { UNSEEN_STATE } from '../../model/recording.ts';
import { captureFrames } from '../../trace/call-sites.ts';
import { isOwnOrNode } from './blame.ts';
import type { SuspicionHost } from './suspicion-host.ts';
import { ROW_SIZE } from './unit-table.ts';

/** Notes futures that are polled again after Ready, per type, with the place of who polls. */
export class PollsAfterReady {
  readonly #host: SuspicionHost;
  readonly #counts = new Map<number, { count: number; sinceNs: number }>();

  constructor(host: SuspicionHost) {
    this.#host = host;
  }

  seen(future: object): void {
    const { units, mapper } = this.#host;
    const unit = units.ofFuture(future, null);
    units.rows[unit.id * ROW_SIZE + COUNTER_INDEX.pollsAfterReady]! += 1;
    const known = this.#counts.get(unit.id) ?? { count: 0, sinceNs: this.#host.nowNs() };
    known.count += 1;
    this.#counts.set(unit.id, known);
    // The first says all there is to say; later ones only count, in ever larger steps.
    if ((known.count & (known.count - 1)) !== 0) return;
    const frame = captureFrames(this.seen as never, 30).find((each) => !isOwnOrNode(each));
    const place = frame ? mapper.place(frame) : null;
    this.#host.report({
      kind: 'poll-after-ready',
      id: `poll-after-ready:${unit.id}`,
      at: this.#host.nowNs(),
      since: known.sinceNs,
      task: this.#host.currentTask()?.id ?? null,
      unit: unit.id,
      place,
      chain: [{ name: unit.name, unit: unit.id, place, isGuilty: true }],
      attribution: 'call-sites',
      state: UNSEEN_STATE,
      count: known.count,
    });
  }
}
