/**
 * Watches all threads of a process, from one thread of its own: a probe for each row of the
 * hearts that a thread has taken. Only the main thread's inspector can be reached from
 * another thread; those of workers are reached through it.
 */
import { hostname } from 'node:os';
import { HeartCell, heartRow, MAX_HEARTS } from '../../model/heart-cells.ts';
import type { Line, SegmentInfo } from '../../model/recording.ts';
import { connectToMainThread, type InspectorSession } from '../../trace/inspector-session.ts';
import { connectToWorker } from '../../trace/worker-session.ts';
import { LoopWatch } from '../../trace/loop-watch.ts';
import { isGone, waitedMs, wantedCpuMs } from '../../trace/thread-cpu.ts';
import { VitalSigns } from '../../trace/vital-signs.ts';
import { freeRow } from './heart.ts';

export interface ProcessProbeOptions {
  hearts: SharedArrayBuffer;
  /** Paths are relative to this folder. */
  root: string;
  /** The program's own command line: a thread beside it has another. */
  command: string[];
  send(lines: Line[]): void;
  /** Trace from the start. */
  isExact: boolean;
  /** Does an instrumented executor poll in that thread? */
  hasExecutor(thread: number): boolean;
  /** Between the first two traces of a thread that works. */
  firstPauseMs?: number;
  /** A session is about to be opened. */
  onConnect(): void;
}

interface WatchedThread {
  thread: number;
  segment: string;
  probe: LoopWatch;
}

export class ProcessProbe {
  readonly #options: ProcessProbeOptions;
  readonly #rows: Float64Array[];
  readonly #watched: (WatchedThread | null)[];

  constructor(options: ProcessProbeOptions) {
    this.#options = options;
    this.#rows = Array.from({ length: MAX_HEARTS }, (_, row) => heartRow(options.hearts, row));
    this.#watched = this.#rows.map(() => null);
  }

  /** One look at every thread; to be called every 20 to 50 ms. */
  look(): void {
    for (const [row, cells] of this.#rows.entries()) {
      // A worker that was made to end could not free its row itself.
      if (row > 0 && isGone(cells[HeartCell.SYSTEM_THREAD]!)) freeRow(cells);
      const thread = cells[HeartCell.THREAD]! - 1;
      const known = this.#watched[row];
      if (known && known.thread !== thread) {
        known.probe.stop();
        this.#watched[row] = null;
      }
      if (thread < 0) continue;
      const watched = this.#watched[row] ?? this.#watch(thread, cells);
      this.#watched[row] = watched;
      watched.probe.look();
    }
  }

  /** Ends a loop that was told of; false where that is not safe, as in other threads than the main one. */
  async breakLoop(segment: string, unitKey: string): Promise<boolean> {
    const main = this.#watched[0];
    return main?.segment === segment && (await main.probe.breakLoop(unitKey));
  }

  /** Ends whatever starves the first thread. */
  async breakAnything(): Promise<boolean> {
    return (await this.#watched[0]?.probe.breakAnything()) ?? false;
  }

  /** Does any of them look suspicious? */
  get hasSign(): boolean {
    return this.#watched.some((watched) => watched?.probe.hasSign === true);
  }

  /** What ran in the threads is over. */
  forget(): void {
    for (const watched of this.#watched) watched?.probe.forget();
  }

  /** Detaches from all of them at once and looks no more. */
  stop(): void {
    for (const watched of this.#watched) watched?.probe.stop();
  }

  #watch(thread: number, cells: Float64Array): WatchedThread {
    const { root, command, send, isExact, hasExecutor, onConnect, firstPauseMs } = this.#options;
    const startedAtMs = cells[HeartCell.STARTED_AT_MS]!;
    const systemThread = cells[HeartCell.SYSTEM_THREAD]!;
    const info = describe(thread, startedAtMs, root, command);
    const probe = new LoopWatch({
      info,
      zeroHr: process.hrtime.bigint() - BigInt(Math.round((Date.now() - startedAtMs) * 1e6)),
      vitals: new VitalSigns({
        cells,
        cpuMs: () => wantedCpuMs(systemThread),
        nowMs: () => performance.now(),
      }),
      nowHr: () => process.hrtime.bigint(),
      waitedMs: () => waitedMs(systemThread),
      send,
      connect: async (): Promise<InspectorSession> => {
        onConnect();
        return thread === 0 ? connectToMainThread() : connectToWorker(thread);
      },
      isExact,
      hasExecutor: () => hasExecutor(thread),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      ...(firstPauseMs === undefined ? {} : { firstPauseMs }),
    });
    return { thread, segment: info.id, probe };
  }
}

function describe(
  thread: number,
  startedAtMs: number,
  root: string,
  command: string[],
): SegmentInfo {
  return {
    id: `probe-${process.pid}-${thread}-${startedAtMs}`,
    source: 'probe',
    process: {
      host: hostname(),
      pid: process.pid,
      parentPid: process.ppid,
      thread,
      command,
      runtime: `node ${process.versions.node}`,
    },
    startedAtMs,
    root,
    sees: ['loops'],
  };
}
