/**
 * The monitor: counts what executors and instrumented futures do in this thread, and says
 * which of them spin. It works in a plain process; under `selfwake run` it also hands its
 * lines to the one who started the program, who then judges and reports.
 */
import { performance } from 'node:perf_hooks';
import { judge } from '../../analysis/judge.ts';
import type { ThresholdOverrides } from '../../analysis/thresholds.ts';
import { progressCells } from '../../core/progress.ts';
import { opaque, type Waker } from '../../core/waker.ts';
import type { Recorder } from '../../executor/recorder.ts';
import { Ledger } from '../../ledger/ledger.ts';
import { type AgentLink, findAgent } from '../../model/agent.ts';
import type { Counters } from '../../model/counters.ts';
import type { Finding, Judgement, Level } from '../../model/finding.ts';
import { LiveCell } from '../../model/live-cells.ts';
import type { Line, Recording, Suspicion, TaskCounts, UnitKind } from '../../model/recording.ts';
import { HiddenState } from '../../trace/hidden-state.ts';
import { isOwnScript } from '../../trace/own-scripts.ts';
import { PlaceMapper } from '../../trace/source-maps.ts';
import { BusyLoopError } from './busy-loop-error.ts';
import { joinCore, leaveCore } from './core-hub.ts';
import { CountingRecorder, type Watcher } from './counting-recorder.ts';
import { EdgeTable } from './edge-table.ts';
import { Instrumenter } from './instrumenter.ts';
import { Investigator } from './investigator.ts';
import { LineWriter } from './line-writer.ts';
import { LostWakers } from './lost-wakers.ts';
import { Meter } from './meter.ts';
import { PollsAfterReady } from './polls-after-ready.ts';
import { describeSegment } from './segment-info.ts';
import { SelfArming } from './self-arming.ts';
import type { SuspicionHost } from './suspicion-host.ts';
import { streakThreshold } from './streak-threshold.ts';
import type { TaskRow } from './task-row.ts';
import { UnitTable } from './unit-table.ts';

/** How often counts are taken and judged in a plain process, milliseconds. */
const TICK_MS = 250;

export interface MonitorOptions {
  /** `{ 'self-wake': { streak: 500 } }`: what is not named keeps its default. See `selfwake rules`. */
  thresholds?: ThresholdOverrides;
  /** Rule id → `off`, or the level of its findings. */
  rules?: Readonly<Record<string, 'off' | Level>>;
  /** Called once for each finding, the moment it is certain. Must not throw. */
  onFinding?: (finding: Finding) => void;
  /**
   * `report` (default) leaves the program alone. `abort` ends the guilty task at its next
   * poll with a {@link BusyLoopError}: its JoinHandle, or the promise of `blockOn`, rejects.
   */
  onDetect?: 'report' | 'abort';
  /** Places are given relative to this folder. Default: the working directory. */
  root?: string;
}

/** The numbers of one unit. */
export interface UnitSnapshot {
  name: string;
  kind: UnitKind;
  counters: Counters;
  /** Wakers cloned and neither dropped nor used up. */
  liveWakers: number;
}

/** The numbers of one live task. */
export interface TaskSnapshot extends TaskCounts {
  name: string | null;
  type: string;
}

export interface MonitorSnapshot {
  units: UnitSnapshot[];
  /** Live tasks, at most `limit`. */
  tasks: TaskSnapshot[];
  liveTasks: number;
}

export class Monitor {
  /** What an executor calls: `new Executor({ monitor })` takes it from here. */
  readonly recorder: Recorder;
  /** For pumps written by hand: see {@link Meter.tick}. */
  readonly meter: Meter;
  readonly #options: MonitorOptions;
  readonly #units: UnitTable;
  readonly #counting: CountingRecorder;
  readonly #hidden = new HiddenState();
  readonly #mapper: PlaceMapper;
  readonly #investigator: Investigator;
  readonly #arming = new SelfArming(() => this.#counting.current);
  readonly #afterReady: PollsAfterReady;
  readonly #writer: LineWriter;
  readonly #ledger = new Ledger();
  readonly #zeroMs = performance.now();
  readonly #timer: NodeJS.Timeout;
  readonly #link: AgentLink | null;
  readonly #lost: LostWakers;
  readonly #instrumenter: Instrumenter;
  #outbox: Line[] = [];
  #isReporting = false;
  #told = new Set<string>();
  #isClosed = false;

  /** `isShared`: it is the thread's own, and nobody in the program asks it. */
  constructor(options: MonitorOptions = {}, isShared = false) {
    this.#options = options;
    judge(this.#ledger.recording(), this.#judgeOptions());
    const found = findAgent();
    const agent = isShared || found?.options.leavesMonitors !== true ? found : null;
    const root = options.root ?? agent?.options.root ?? process.cwd();
    this.#mapper = new PlaceMapper(root);
    this.#units = new UnitTable((frame) => this.#mapper.place(frame));
    const watcher: Watcher = {
      onStreak: (row) =>
        this.#investigator.look(row, row.armedVia === null ? 'self-wake' : 'armed'),
      onYieldStreak: (row) => this.#investigator.look(row, 'yield'),
      onHops: (row) => this.#investigator.look(row, 'cycle'),
      onOutsideStreak: (row) => this.#arming.probe(row),
      onProbedWake: (row) => this.#arming.woken(row),
      onWatchedPoll: (row) => this.#investigator.onWatchedPoll(row),
      onCapturedWake: (row, by) => this.#investigator.onCapturedWake(row, by),
      onWaker: (row, waker: Waker) => this.#lost.watch(row, waker),
      onCompleted: (row) => {
        this.#investigator.forget(row);
        this.#arming.end(row);
      },
    };
    this.#counting = new CountingRecorder(this.#units, new EdgeTable(), watcher);
    this.recorder = this.#counting;
    const host = this.#host(agent?.options.thresholds ?? {});
    this.#investigator = new Investigator(host);
    this.#lost = new LostWakers(host, () => this.#counting.tasks);
    this.#afterReady = new PollsAfterReady(host);
    this.#instrumenter = new Instrumenter(this.#counting, this.#units, this.#afterReady);
    this.meter = new Meter(host);
    const info = describeSegment(root, agent !== null);
    this.#writer = new LineWriter(info.id, this.#units, this.#counting, this.#mapper, () =>
      this.#investigator.suspects(),
    );
    this.#ledger.add({ type: 'segment', ...info });
    joinCore(this);
    this.#link =
      agent?.register({
        info,
        zeroHr:
          process.hrtime.bigint() - BigInt(Math.round((performance.now() - this.#zeroMs) * 1e6)),
        liveCells: this.#counting.live,
        progressCells,
        drain: () => this.#drain(),
      }) ?? null;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
  }

  /**
   * Counts what a future, reader, writer or stream does, under any executor; or wraps an
   * executor of the program's own so that every future handed to it is counted. Answers
   * what it was given: same type, same behaviour.
   */
  instrument<T extends object>(target: T, name?: string): T {
    return this.#instrumenter.instrument(target, name ?? null, this.instrument as never);
  }

  /** All counters now. `limit` bounds the list of tasks. */
  snapshot(limit = 1000): MonitorSnapshot {
    const { tasks } = this.#counting;
    return {
      units: this.#units.units.map((unit) => {
        const counters = this.#units.counters(unit);
        return {
          name: unit.name,
          kind: unit.kind,
          counters,
          liveWakers: Math.max(0, counters.clones - counters.drops),
        };
      }),
      tasks: tasks.slice(0, limit).map((row) => ({
        ...this.#writer.taskCounts(row),
        name: row.name,
        type: this.#units.units[row.unit - 1]?.name ?? 'future',
      })),
      liveTasks: tasks.length,
    };
  }

  /** What the rules say of everything seen so far. */
  judgement(): Judgement {
    return judge(this.recording(), this.#judgeOptions());
  }

  /** The findings so far; see {@link judgement} for what could not be judged. */
  findings(): Finding[] {
    return this.judgement().findings;
  }

  /** The recording so far: what `selfwake report` reads, in memory. */
  recording(): Recording {
    this.#collect();
    return this.#ledger.recording();
  }

  /** Stops watching. What was found can still be asked for. */
  close(): void {
    if (this.#isClosed) return;
    this.#collect();
    this.#isClosed = true;
    clearInterval(this.#timer);
    leaveCore(this);
    this.#lost.close();
    this.#arming.close();
    this.#investigator.close();
    this.#hidden.close();
    this.#link?.close();
  }

  get [opaque](): true {
    return true;
  }

  /** @internal The task that this monitor sees being polled. */
  get current(): TaskRow | null {
    return this.#counting.current;
  }

  /** @internal */
  onBarrenTouches(): void {
    this.#investigator.onBarrenTouches();
  }

  /** @internal */
  onRead(reader: object, bytes: number, room: number): void {
    this.#counting.countRead(this.#units.ofFuture(reader, null, 'reader').id, bytes, room);
  }

  /** @internal */
  onWrite(writer: object, bytes: number, offered: number): void {
    this.#counting.countWrite(this.#units.ofFuture(writer, null, 'writer').id, bytes, offered);
  }

  /** @internal */
  onPolledAfterReady(future: object): void {
    this.#afterReady.seen(future);
  }

  #host(agentThresholds: Readonly<Record<string, number>>): SuspicionHost {
    const nsOf = (ms: number): number => Math.round((ms - this.#zeroMs) * 1e6);
    return {
      units: this.#units,
      mapper: this.#mapper,
      hidden: this.#hidden,
      isForeign: ownFunctions(this.#hidden),
      streakThreshold: streakThreshold(this.#options.thresholds ?? {}, agentThresholds),
      nowMs: () => performance.now(),
      nowNs: () => nsOf(performance.now()),
      nsOf,
      probe: (row: TaskRow) => this.#arming.probe(row),
      currentTask: () => this.#counting.current,
      pollSeq: () => this.#counting.live[LiveCell.POLL_SEQ]!,
      report: (suspicion: Suspicion) => this.#report(suspicion),
      breakOff: (row: TaskRow) => row.condemned,
    };
  }

  #judgeOptions(): {
    thresholds: ThresholdOverrides;
    rules: Readonly<Record<string, 'off' | Level>>;
  } {
    return { thresholds: this.#options.thresholds ?? {}, rules: this.#options.rules ?? {} };
  }

  #report(suspicion: Suspicion): void {
    if (this.#isClosed) return;
    this.#collect();
    this.#keep({ type: 'suspicion', segment: this.#writer.segment, suspicion });
    this.#isReporting = true;
    this.#link?.flush();
    this.#isReporting = false;
    for (const finding of this.#judgeNow()) this.#condemn(suspicion.task, finding);
  }

  #condemn(task: number | null, finding: Finding): void {
    if (this.#options.onDetect !== 'abort' || finding.level === 'note') return;
    const row = this.#counting.tasks.find((each) => each.id === task);
    if (row) row.condemned ??= new BusyLoopError([finding], this.#ledger.recording());
  }

  #tick(): void {
    if (this.#isClosed || this.#link) return;
    this.#collect();
    if (this.#investigator.hasSuspects) this.#judgeNow();
  }

  /** Judges if somebody wants to know at once; answers the findings that are new. */
  #judgeNow(): Finding[] {
    const { onFinding, onDetect } = this.#options;
    if (!onFinding && onDetect !== 'abort') return [];
    const { findings } = judge(this.#ledger.recording(), this.#judgeOptions());
    const fresh = findings.filter((f) => !this.#told.has(f.fingerprint) && f.level !== 'note');
    for (const finding of fresh) {
      this.#told.add(finding.fingerprint);
      onFinding?.(finding);
    }
    return fresh;
  }

  #keep(line: Line): void {
    this.#ledger.add(line);
    if (this.#link) this.#outbox.push(line);
  }

  #collect(): void {
    if (this.#isClosed) return;
    for (const line of this.#writer.lines(Math.round((performance.now() - this.#zeroMs) * 1e6))) {
      this.#keep(line);
    }
  }

  #drain(): Line[] {
    const { current } = this.#counting;
    // Inside a poll, and not of our own accord: from a pause in one that does not return.
    if (current !== null && !this.#isReporting) this.#investigator.onStuckPoll(current);
    this.#collect();
    const lines = this.#outbox;
    this.#outbox = [];
    return lines;
  }
}

/** Knows the functions of this package, each asked for once. */
function ownFunctions(hidden: HiddenState): (fn: (...args: never[]) => unknown) => boolean {
  const known = new WeakMap<object, boolean>();
  return (fn) => {
    const answer = known.get(fn);
    if (answer !== undefined) return answer;
    const at = hidden.locationOf(fn);
    const isOwn = at !== null && isOwnScript(at.url);
    known.set(fn, isOwn);
    return isOwn;
  };
}

/** Starts a monitor: see {@link MonitorOptions}. */
export function createMonitor(options: MonitorOptions = {}): Monitor {
  return new Monitor(options);
}
