/**
 * One thread of a strange program while somebody is attached: asks its agent how it is, some
 * twenty times a second, and lets the watch over it draw its conclusions.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { HeartCell, newHearts, heartRow } from '../../model/heart-cells.ts';
import type { Line, SegmentInfo } from '../../model/recording.ts';
import type { InspectorSession } from '../../trace/inspector-session.ts';
import { LoopWatch } from '../../trace/loop-watch.ts';
import { evaluate } from '../../trace/pause-control.ts';
import type { Places } from '../../trace/raw-places.ts';
import { VitalSigns } from '../../trace/vital-signs.ts';
import type { AgentPulse } from './attach-protocol.ts';
import { BARE_BLINDNESS, traceBare } from './bare-trace.ts';
import type { ThreadTimes } from './proc.ts';
import { BriefSession, type BriefSessionOptions } from './brief-session.ts';

export interface AttachedThreadOptions extends BriefSessionOptions {
  info: SegmentInfo;
  /** Of the thread so far, seen from outside; null where that cannot be seen. */
  times(): ThreadTimes | null;
  places: Places;
  send(lines: Line[]): void;
  /** Its agent can hook what wakes what. */
  hasHooks: boolean;
}

export class AttachedThread {
  readonly segment: string;
  readonly connection: InspectorSession;
  readonly #cells = heartRow(newHearts(), 0);
  readonly #watch: LoopWatch;
  #saidCpuMs: number | null = null;
  #isAsking = false;
  #session: BriefSession | null = null;
  #jobs = 0;
  #jobsRan = false;

  constructor(options: AttachedThreadOptions) {
    const { connection, info, times, places, send, hasHooks } = options;
    const zeroHr = process.hrtime.bigint();
    const startedMs = performance.now();
    this.segment = info.id;
    this.connection = connection;
    this.#watch = new LoopWatch({
      info,
      zeroHr,
      places,
      send,
      vitals: new VitalSigns({
        cells: this.#cells,
        // Where nobody can tell, whoever attached has said that it burns.
        cpuMs: () => wantedMs(times()) ?? this.#saidCpuMs ?? performance.now() - startedMs,
        nowMs: () => performance.now(),
      }),
      nowHr: () => process.hrtime.bigint(),
      waitedMs: () => times()?.queuedMs ?? 0,
      connect: async () => (this.#session = new BriefSession(options)),
      hasExecutor: () => false,
      ...(hasHooks ? {} : { trace: (look) => traceBare(look, () => this.#jobsRan) }),
      wait: (ms) => sleep(ms),
    });
    if (!hasHooks) {
      send([{ type: 'blind', segment: info.id, blind: { need: 'loops', why: BARE_BLINDNESS } }]);
    }
  }

  /** One look; to be called every 20 to 50 ms. Rejects when nobody answers any more. */
  async look(): Promise<void> {
    if (this.#isAsking || this.#session?.isStopping === true) return;
    this.#isAsking = true;
    try {
      this.#take(await this.#pulse());
    } finally {
      this.#isAsking = false;
    }
    this.#watch.look();
  }

  breakLoop(unitKey: string): Promise<boolean> {
    return this.#watch.breakLoop(unitKey);
  }

  /** Ends a trace that is under way. */
  stop(): void {
    this.#watch.stop();
  }

  #pulse(): Promise<AgentPulse> {
    const expression = `${this.connection.agent}.hear()`;
    return evaluate(this.connection, expression);
  }

  #take({ beats, turns, oddDelays, births, jobs, processCpuMs }: AgentPulse): void {
    this.#cells[HeartCell.BEATS] = beats;
    this.#cells[HeartCell.TURNS] = turns ?? Number.NaN;
    this.#cells[HeartCell.ODD_DELAYS] = oddDelays;
    this.#cells[HeartCell.BIRTHS] = births;
    this.#saidCpuMs = processCpuMs;
    this.#jobsRan = jobs > this.#jobs;
    this.#jobs = jobs;
  }
}

function wantedMs(times: ThreadTimes | null): number | null {
  return times === null ? null : times.ranMs + times.queuedMs;
}
