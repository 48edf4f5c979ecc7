/**
 * The watch over one thread, outside of it, by whoever looks into a program: follows its vital
 * signs, traces it while it is suspicious, and tells the loops that it finds as suspicions. It
 * judges nothing.
 *
 * *watching* ─ a sign for a while ─▶ *tracing* ─ no loop, or one that works ─▶ *watching*,
 * and the next trace comes later, each time twice as long after; a sign of another kind
 * brings it forward. ─ a loop whose state stands still ─▶ it is *told*, told again with its
 * time grown as long as the sign lasts, and looked at again now and then.
 *
 * What it cannot see: progress in native memory and inside wasm; state that only the loop's
 * callees hold; loops of other threads than its own.
 */
import type {
  LoopSuspicion,
  Line,
  SegmentInfo,
  StateComparison,
  Unit,
  WakeVia,
} from '../model/recording.ts';
import type { InspectorSession } from './inspector-session.ts';
import type { TracedLoop } from './loop-tracer.ts';
import { SLOWEST_FIRST } from './wake-graph.ts';
import { breakLoop } from './break-loop.ts';
import { mapLoop, type Places } from './raw-places.ts';
import { type JudgedLoop, type LoopTrace, traceLoops } from './trace-loops.ts';
import type { Sign, Vitals, VitalSigns } from './vital-signs.ts';

/** A sign lasts so long before it is looked into. */
const FIRST_TRACE_MS: Readonly<Record<Sign, number>> = {
  starved: 0,
  busy: 150,
  turning: 250,
  breeding: 0,
};
/** Where an instrumented executor runs in the thread, its own source has the first word. */
const AFTER_EXECUTOR_MS = 1500;
/** Between two traces of a thread that was seen to work: from, and at the most. */
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 30_000;
/** So many traces that showed a thread at work make it one that works: it is looked at rarely, and briefly. */
const WORKING_TRACES = 3;
/** Between two traces of a program that is to be traced all the time. */
const EXACT_PAUSE_MS = 100;
/** A loop that was told is looked at again after so long. */
const CHECK_MS = 8000;
/** Between two traces of one that may spin. */
const AGAIN_MS = 100;
/** A loop that was told is told again, with its time grown. */
const RETELL_MS = 1000;
/** A thread without any sign for so long is at rest: the next sign is a new one. */
const REST_MS = 1000;
/** Another load altogether, by turns of the loop per second. */
const OTHER_LOAD = 8;

export interface LoopWatchOptions {
  info: SegmentInfo;
  zeroHr: bigint;
  vitals: VitalSigns;
  nowHr(): bigint;
  /** How long the thread has waited for a core so far, milliseconds. */
  waitedMs(): number;
  send(lines: Line[]): void;
  connect(): Promise<InspectorSession>;
  /** Trace from the start, without any sign and again and again: for tests. */
  isExact?: boolean;
  /** Does an instrumented executor poll in this thread? */
  hasExecutor(): boolean;
  wait(ms: number): Promise<void>;
  /** Between the first two traces of a thread that works. */
  firstPauseMs?: number;
  /** How the thread is traced, where its agent has no hooks on it. */
  trace?: typeof traceLoops;
  /** Maps places, where the agent in the thread answers raw ones. */
  places?: Places;
}

/** A loop that was found. */
interface KnownLoop {
  suspicion: LoopSuspicion;
  toldAtMs: number;
  /** Traces that agreed. */
  traces: number;
}

export class LoopWatch {
  readonly #options: LoopWatchOptions;
  readonly #units = new Map<string, number>();
  readonly #loops = new Map<string, KnownLoop>();
  #session: InspectorSession | null = null;
  #sign: Sign | null = null;
  #signSinceMs = 0;
  #signSeenMs = 0;
  #load = 0;
  #nextTraceMs = 0;
  /** Traces in a row that showed the thread at work. */
  #atWork = 0;
  #isTracing = false;
  /** Traces in a row that were cut off. */
  #cutOff = 0;
  #isStopped = false;
  #watchedToldMs = 0;
  #traced = 0;
  #tracedNs = 0;
  /** When the trace that is under way began. */
  #tracingSinceNs: number | null = null;
  #onBroken: ((isBroken: boolean) => void) | null = null;

  constructor(options: LoopWatchOptions) {
    this.#options = options;
    options.send([{ type: 'segment', ...options.info }]);
  }

  /** Is the thread suspicious, or was it just now? */
  get hasSign(): boolean {
    return this.#sign !== null;
  }

  /** What was told is over: the next sign is of something else. */
  forget(): void {
    this.#loops.clear();
    this.#rest();
    this.#nextTraceMs = 0;
  }

  /** Detaches at once and looks no more. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#session?.close();
    this.#session = null;
    this.#tellWatched();
  }

  /**
   * Ends the loop that was told of under this unit's key, as soon as no trace is under way;
   * answers false at once where that is not safe.
   */
  async breakLoop(key: string): Promise<boolean> {
    const unit = this.#units.get(key);
    const known = [...this.#loops.values()].find(({ suspicion }) => suspicion.unit === unit);
    if (known === undefined || !isBreakable(known.suspicion)) return false;
    return new Promise((resolve) => {
      this.#onBroken = resolve;
    });
  }

  /** Ends whatever starves the thread. For who knows that it is no loss: a test that runs by itself. */
  async breakAnything(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#onBroken = resolve;
    });
  }

  async #break(answer: (isBroken: boolean) => void): Promise<void> {
    const { connect, vitals, wait } = this.#options;
    this.#onBroken = null;
    this.#isTracing = true;
    let isBroken = false;
    try {
      this.#session = await connect();
      const isStillStarved = (): boolean => vitals.look().sign === 'starved';
      isBroken = await breakLoop({ session: this.#session, isStillStarved, wait });
    } catch {
      // As for a trace: the program goes on as it is.
    } finally {
      this.#session?.close();
      this.#session = null;
      this.#isTracing = false;
    }
    if (isBroken) this.forget();
    answer(isBroken);
  }

  /** One look; to be called every 20 to 50 ms. */
  look(): void {
    if (this.#isStopped) return;
    // A trace looks by itself; what the thread uses meanwhile is told as ever.
    if (this.#isTracing) {
      this.#options.vitals.count();
      return this.#tellWatchedWhenDue();
    }
    if (this.#onBroken !== null) return void this.#break(this.#onBroken);
    const vitals = this.#options.vitals.look();
    const nowMs = this.#nowMs();
    this.#tellWatchedWhenDue();
    this.#follow(vitals, nowMs);
    if (this.#options.isExact === true && vitals.sign === null) {
      if (nowMs >= this.#nextTraceMs) void this.#trace('busy', vitals);
      return;
    }
    if (this.#sign === null || vitals.sign === null) return;
    this.#retell(nowMs);
    if (nowMs >= this.#nextTraceMs) void this.#trace(this.#sign, vitals);
  }

  /** Keeps what the signs have been, and when the next trace is due. */
  #follow({ sign, turnsPerSecond }: Vitals, nowMs: number): void {
    if (sign === null) {
      if (this.#sign !== null && nowMs - this.#signSeenMs > REST_MS) this.#rest();
      return;
    }
    this.#signSeenMs = nowMs;
    const isOther =
      (sign === 'starved') !== (this.#sign === 'starved') ||
      (sign !== 'starved' && isOtherLoad(turnsPerSecond, this.#load));
    if (this.#sign === null) this.#signSinceMs = nowMs;
    if (this.#sign === null || (isOther && this.#loops.size === 0)) {
      const first = this.#options.hasExecutor() ? AFTER_EXECUTOR_MS : FIRST_TRACE_MS[sign];
      this.#nextTraceMs = Math.min(
        this.#sign === null ? Number.POSITIVE_INFINITY : this.#nextTraceMs,
        nowMs + first,
      );
      this.#atWork = 0;
      this.#load = turnsPerSecond;
    }
    this.#sign = sign;
  }

  #rest(): void {
    this.#sign = null;
    this.#atWork = 0;
  }

  async #trace(sign: Sign, vitals: Vitals): Promise<void> {
    this.#isTracing = true;
    this.#traced += 1;
    const startedNs = this.#nowNs();
    this.#tracingSinceNs = startedNs;
    let trace: LoopTrace | null = null;
    try {
      const session = await this.#options.connect();
      if (this.#isStopped) return session.close();
      this.#session = session;
      const look = this.#options.trace ?? traceLoops;
      trace = await look({
        session,
        sign,
        hasExecutor: this.#options.hasExecutor(),
        isKnownToWork: this.#options.isExact !== true && this.#atWork >= WORKING_TRACES,
        waitedMs: this.#options.waitedMs,
        isStillStarved: () => this.#options.vitals.look().sign === 'starved',
        wait: this.#options.wait,
        isWanted: () => !this.#isStopped,
      });
      const { places } = this.#options;
      if (places !== undefined) for (const { loop } of trace.loops) mapLoop(loop, places);
    } catch {
      // No inspector, no reply, or cut off: nothing was seen, and the program goes on.
    } finally {
      this.#session?.close();
      this.#session = null;
      this.#isTracing = false;
      this.#tracingSinceNs = null;
      this.#tracedNs += this.#nowNs() - startedNs;
    }
    if (!this.#isStopped) this.#conclude(trace, vitals);
  }

  #conclude(trace: LoopTrace | null, vitals: Vitals): void {
    if (trace === null) {
      // That says nothing of the thread, but perhaps of the machine.
      this.#nextTraceMs = this.#nowMs() + Math.min(AGAIN_MS * 2 ** this.#cutOff, LONGEST_PAUSE_MS);
      this.#cutOff += 1;
      return;
    }
    this.#cutOff = 0;
    const suspects = trace.loops.filter(isSuspect);
    for (const { loop, state } of suspects) this.#tell(loop, state, vitals);
    const nowMs = this.#nowMs();
    if (suspects.length > 0) {
      this.#atWork = 0;
      const isSure = suspects.every(({ loop }) => (this.#loops.get(idOf(loop))?.traces ?? 0) > 1);
      this.#nextTraceMs = nowMs + (isSure ? CHECK_MS : AGAIN_MS);
      return;
    }
    // What was told and works after all is told so; what was not seen this time is left.
    for (const { loop, state } of trace.loops) {
      if (this.#loops.has(idOf(loop))) this.#tell(loop, state, vitals);
    }
    const { isExact, firstPauseMs = FIRST_PAUSE_MS } = this.#options;
    this.#nextTraceMs =
      nowMs + (isExact === true ? EXACT_PAUSE_MS : pauseAfter(this.#atWork, firstPauseMs));
    this.#atWork += 1;
  }

  #tell(loop: TracedLoop, state: StateComparison, vitals: Vitals): void {
    const id = idOf(loop);
    const known = this.#loops.get(id);
    const lines: Line[] = [];
    const at = this.#nowNs();
    const unit = this.#unit(loop.name, loop.place, lines);
    const since = known?.suspicion.since ?? Math.max(0, Math.round(at - this.#signForMs() * 1e6));
    const suspicion: LoopSuspicion = {
      kind: 'loop',
      id,
      at,
      since,
      task: null,
      unit,
      place: loop.place,
      chain: [
        ...loop.way.map(({ name, place }) => ({ name, place, unit: null, isGuilty: false })),
        { name: loop.name, place: loop.place, unit, isGuilty: true },
      ],
      attribution: loop.isInsideOneRun ? 'pause' : 'call-sites',
      state,
      via: slower(loop.via, known?.suspicion.via),
      isInsideOneRun: loop.isInsideOneRun,
      ...(loop.refills && { refills: true }),
      isSource: loop.isSource,
      birthsPerSecond: loop.birthsPerSecond,
      fails: loop.fails,
      bringsData: loop.bringsData,
      exchange: loop.exchange,
      members: loop.members.map((member) => ({
        unit: this.#unit(member.name, member.place, lines),
        place: member.place,
        wakes: member.runs,
        via: member.via,
      })),
      perSecond: Math.round(loop.roundsPerSecond),
      meanRunMs: Math.round(loop.meanRunMs * 1000) / 1000,
      share: Math.round(Math.max(loop.share, loop.busyShare) * 100) / 100,
      cpuShare: Math.round(vitals.cpuShare * 100) / 100,
      isStarving: vitals.sign === 'starved',
      delayMs: loop.delayMs,
      isInterval: loop.isInterval,
      oddDelay: loop.oddTimer?.requested ?? null,
      traces: (known?.traces ?? 0) + 1,
    };
    this.#loops.set(id, { suspicion, toldAtMs: this.#nowMs(), traces: suspicion.traces });
    lines.push({ type: 'suspicion', segment: this.#options.info.id, suspicion });
    this.#options.send(lines);
  }

  /** As long as the sign lasts, so does the loop that was found under it. */
  #retell(nowMs: number): void {
    for (const known of this.#loops.values()) {
      const isDue =
        nowMs - known.toldAtMs >= RETELL_MS && known.suspicion.state.verdict !== 'progress';
      if (!isDue) continue;
      known.toldAtMs = nowMs;
      known.suspicion = { ...known.suspicion, at: this.#nowNs() };
      const { suspicion } = known;
      this.#options.send([{ type: 'suspicion', segment: this.#options.info.id, suspicion }]);
    }
  }

  #tellWatchedWhenDue(): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#watchedToldMs < RETELL_MS) return;
    this.#watchedToldMs = nowMs;
    this.#tellWatched();
  }

  #tellWatched(): void {
    const at = this.#nowNs();
    const { cpuMs, turns } = this.#options.vitals.totals;
    this.#options.send([
      {
        type: 'watched',
        segment: this.#options.info.id,
        at,
        traces: this.#traced,
        tracedNs: this.#tracedNs + at - (this.#tracingSinceNs ?? at),
        cpuNs: Math.max(0, Math.round(cpuMs * 1e6)),
        ...(Number.isNaN(turns) ? {} : { turns: Math.max(0, Math.round(turns)) }),
      },
    ]);
  }

  #unit(name: string, place: Unit['place'], lines: Line[]): number {
    const key = `site|${name}|${place?.file ?? ''}|${place?.functionName ?? ''}`;
    const known = this.#units.get(key);
    if (known !== undefined) return known;
    const id = this.#units.size + 1;
    this.#units.set(key, id);
    const unit: Unit = { id, kind: 'site', name, place, key };
    lines.push({ type: 'unit', segment: this.#options.info.id, unit });
    return id;
  }

  #signForMs(): number {
    return this.#nowMs() - this.#signSinceMs;
  }

  #nowNs(): number {
    return Number(this.#options.nowHr() - this.#options.zeroHr);
  }

  #nowMs(): number {
    return this.#nowNs() / 1e6;
  }
}

/** Twice as long each time, and four times once the thread is known to work. */
function pauseAfter(tracesBefore: number, firstMs: number): number {
  const doubled = Math.min(tracesBefore, WORKING_TRACES - 1);
  const pauseMs = firstMs * 2 ** doubled * 4 ** (tracesBefore - doubled);
  return Math.min(pauseMs, LONGEST_PAUSE_MS);
}

/** Whatever a timer does that was to fire in a month, it does it too often. */
function isSuspect({ loop, state }: JudgedLoop): boolean {
  const isOdd = loop.oddTimer !== null && !(Number(loop.oddTimer.requested) < 0);
  return isOdd || state.verdict !== 'progress';
}

/** Such a loop runs in jobs that can be given up without harm to Node. */
function isBreakable({ via, isInsideOneRun, isStarving }: LoopSuspicion): boolean {
  const isOfJobs = via === 'promise' || via === 'microtask' || via === 'nextTick';
  return isOfJobs && isStarving && !isInsideOneRun;
}

/** The same function is the same loop, whatever part of its ways a slice has shown. */
function idOf({ name, place, isInsideOneRun }: TracedLoop): string {
  return `loop:${isInsideOneRun ? 'inside' : 'across'}:${name}:${place?.file ?? ''}`;
}

/** The slower of two ways in which a loop was seen to wake itself. */
function slower(a: WakeVia, b: WakeVia | undefined): WakeVia {
  const rank = (via: WakeVia): number => SLOWEST_FIRST.indexOf(via);
  return b !== undefined && rank(b) < rank(a) ? b : a;
}

function isOtherLoad(now: number, before: number): boolean {
  const [least, most] = [Math.min(now, before) + 50, Math.max(now, before) + 50];
  return most / least > OTHER_LOAD;
}
