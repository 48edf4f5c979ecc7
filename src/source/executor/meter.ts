import { COUNTER_INDEX } from '../../model/counters.ts';
import { captureFrames } from '../../trace/call-sites.ts';
import { isOwnOrNode } from './blame.ts';
import type { SuspicionHost } from './suspicion-host.ts';
import { FIRST_MARK } from './task-row.ts';
import { ROW_SIZE } from './unit-table.ts';

/** Longest time between two reports of a pump that goes on, milliseconds. */
const MAX_INTERVAL_MS = 2000;

interface Pump {
  unit: number;
  base: number;
  streak: number;
  mark: number;
  /** Time and streak at the last mark, and when the streak began. */
  markedAtMs: number;
  markedStreak: number;
  sinceMs: number;
}

/** Counts the turns of loops that are written by hand and know themselves whether they got on. */
export class Meter {
  readonly #host: SuspicionHost;
  readonly #pumps = new Map<string, Pump>();

  constructor(host: SuspicionHost) {
    this.#host = host;
  }

  /**
   * One turn of the pump `name`. `madeProgress`: something was moved, taken or finished.
   * Turns without progress are suspicious when many follow each other fast; a pump that
   * idles on a timer is not.
   */
  tick(name: string, madeProgress: boolean): void {
    const pump = this.#pumps.get(name) ?? this.#begin(name);
    const { rows } = this.#host.units;
    rows[pump.base + COUNTER_INDEX.polls]! += 1;
    if (madeProgress) {
      rows[pump.base + COUNTER_INDEX.readies]! += 1;
      pump.streak = 0;
      pump.mark = FIRST_MARK;
      return;
    }
    rows[pump.base + COUNTER_INDEX.barrenPolls]! += 1;
    pump.streak += 1;
    const longest = pump.base + COUNTER_INDEX.longestStreak;
    if (pump.streak > rows[longest]!) rows[longest] = pump.streak;
    if (pump.streak >= pump.mark) this.#marked(pump, name);
  }

  #begin(name: string): Pump {
    const unit = this.#host.units.named('pump', name);
    const pump: Pump = {
      unit: unit.id,
      base: unit.id * ROW_SIZE,
      streak: 0,
      mark: FIRST_MARK,
      markedAtMs: this.#host.nowMs(),
      markedStreak: 0,
      sinceMs: this.#host.nowMs(),
    };
    this.#pumps.set(name, pump);
    return pump;
  }

  #marked(pump: Pump, name: string): void {
    const nowMs = this.#host.nowMs();
    if (pump.mark === FIRST_MARK) {
      pump.sinceMs = nowMs;
      pump.markedStreak = pump.streak;
      pump.markedAtMs = nowMs;
      pump.mark = Math.max(this.#host.streakThreshold, 2 * FIRST_MARK);
      return;
    }
    const elapsedMs = Math.max(nowMs - pump.markedAtMs, 0.001);
    const perMs = (pump.streak - pump.markedStreak) / elapsedMs;
    pump.mark = pump.streak + Math.max(FIRST_MARK, Math.round(perMs * MAX_INTERVAL_MS));
    pump.markedStreak = pump.streak;
    pump.markedAtMs = nowMs;
    const frame = captureFrames(this.tick as never, 20).find((each) => !isOwnOrNode(each));
    const place = frame ? this.#host.mapper.place(frame) : null;
    const unit = this.#host.units.named('pump', name, place);
    this.#host.report({
      kind: 'empty-ready',
      id: `empty-ready:pump:${name}`,
      at: this.#host.nowNs(),
      since: this.#host.nsOf(pump.sinceMs),
      task: null,
      unit: unit.id,
      place,
      chain: [{ name, unit: unit.id, place, isGuilty: true }],
      attribution: 'call-sites',
      // The pump says of itself that nothing moved.
      state: { verdict: 'same', samples: pump.streak, isComplete: false, moved: [] },
      operation: 'tick',
      streak: pump.streak,
      isInsideOnePoll: false,
      perSecond: Math.round(perMs * 1000),
    });
  }
}
