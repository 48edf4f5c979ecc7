/**
 * The agent's own thread beside a watched thread. It owns the connection to whoever judges,
 * and looks after polls that never return: both go on while the watched thread is stuck.
 * It writes to no stream of the program (they pass through the watched thread), and ends
 * with it.
 */
import { HeartCell, heartRow } from '../model/heart-cells.ts';
import type { Line } from '../model/recording.ts';
import { TestCells } from '../model/test-cells.ts';
import { ProcessProbe } from '../source/probe/process-probe.ts';
import { closeAllSessions, connectToMainThread } from '../trace/inspector-session.ts';
import { processCpuMs } from '../trace/thread-cpu.ts';
import {
  type AgentThreadData,
  type BreakRequest,
  FlushCell,
  type ToAgentThread,
} from './agent-messages.ts';
import { StuckPollWatch } from './stuck-poll-watch.ts';
import { TestLog } from './test-log.ts';

/** How often the shared cells are looked at; a poll is stuck after ten looks. */
const LOOK_MS = 20;
/** The same while no executor polls and no thread shows a sign: a look costs some tenths of a millisecond. */
const CALM_LOOK_MS = 50;

/** Where the lines go. */
export interface LineSink {
  send(lines: Line[]): void;
  /** Calls back when everything sent so far is said, or never will be. */
  flush(done: () => void): void;
}

export class AgentHost {
  readonly #data: AgentThreadData;
  readonly #watches = new Map<string, StuckPollWatch>();
  readonly #probe: ProcessProbe | null;
  readonly #tests: TestLog;
  /** Segments of the thread that runs tests, by id: its own, not those of its workers. */
  readonly #segments = new Set<string>();
  #sink: LineSink = { send: () => {}, flush: (done) => done() };
  #isStopped = false;

  /** `firstPauseMs`: between the first two traces of a thread that works. */
  constructor(data: AgentThreadData, firstPauseMs?: number) {
    this.#data = data;
    const { hearts, session, command, tests } = data;
    this.#tests = new TestLog(new TestCells(tests));
    this.#probe =
      hearts === null
        ? null
        : new ProcessProbe({
            hearts,
            root: session.options.root,
            command,
            send: (lines) => this.#send(lines),
            isExact: session.options.isExact,
            // Executors of workers report to agents of their own.
            hasExecutor: (thread) => thread === data.thread && this.#watches.size > 0,
            onConnect: () => this.#onConnect(),
            ...(firstPauseMs === undefined ? {} : { firstPauseMs }),
          });
  }

  /** Begins to look; what is seen goes to `sink`. The threads are looked at only while `isWanted`. */
  start(sink: LineSink, isWanted: () => boolean = () => true): void {
    this.#sink = sink;
    this.#look(isWanted);
  }

  async breakLoop({ segment, unitKey }: Omit<BreakRequest, 'type'>): Promise<boolean> {
    return (await this.#probe?.breakLoop(segment, unitKey)) ?? false;
  }

  /** Ends whatever starves the watched thread, where that is safe. */
  async breakAnything(): Promise<boolean> {
    return (await this.#probe?.breakAnything()) ?? false;
  }

  /** Beats of the watched thread's heart: while they do not grow, its event loop does not turn. */
  get beats(): number {
    const { hearts } = this.#data;
    return hearts === null ? 0 : heartRow(hearts, 0)[HeartCell.BEATS]!;
  }

  /** What ran in the threads is over. */
  forget(): void {
    this.#probe?.forget();
  }

  /** The number of the last test of this name; null where none was told of. */
  testNumber(name: string): number | null {
    return this.#tests.named(name)?.id ?? null;
  }

  /** Hears the watched thread. */
  take(message: ToAgentThread): void {
    switch (message.type) {
      case 'source':
        this.#send([{ type: 'segment', ...message.info }]);
        this.#watches.set(message.info.id, this.#watchPolls(message));
        return;
      case 'lines':
        for (const line of message.lines) {
          if (line.type === 'unit') this.#watches.get(line.segment)?.learnUnit(line.unit);
        }
        this.#send(message.lines);
        return;
      case 'flush':
        this.#finish(message.flush);
        return;
      case 'source-closed':
        this.#watches.get(message.segment)?.stop();
        this.#watches.delete(message.segment);
        return;
    }
  }

  #watchPolls(source: Extract<ToAgentThread, { type: 'source' }>): StuckPollWatch {
    return new StuckPollWatch({
      ...source,
      send: (line: Line) => this.#send([line]),
      nowHr: () => process.hrtime.bigint(),
      cpuMs: processCpuMs,
      connect:
        this.#data.hearts === null || this.#data.thread !== 0
          ? null
          : () => {
              this.#onConnect();
              return connectToMainThread();
            },
    });
  }

  /** Lets go of the program for good. */
  stop(): void {
    this.#isStopped = true;
    closeAllSessions();
    for (const watch of this.#watches.values()) watch.stop();
    this.#probe?.stop();
  }

  #finish(flush: number): void {
    const { flushCells } = this.#data;
    closeAllSessions();
    // A program that ends at once has been seen, too.
    this.#probe?.look();
    this.stop();
    this.#sink.flush(() => {
      Atomics.store(flushCells, FlushCell.FLUSHED, flush);
      Atomics.notify(flushCells, FlushCell.FLUSHED);
    });
  }

  #look(isWanted: () => boolean): void {
    if (this.#isStopped) return;
    for (const watch of this.#watches.values()) watch.look();
    const looksAtThreads = isWanted();
    if (looksAtThreads) this.#probe?.look();
    const hasSign = looksAtThreads && this.#probe?.hasSign === true;
    const isCalm = this.#watches.size === 0 && !hasSign;
    setTimeout(() => this.#look(isWanted), isCalm ? CALM_LOOK_MS : LOOK_MS);
  }

  #send(lines: Line[]): void {
    this.#sink.send(lines.map((line) => this.#withTest(line)));
  }

  #withTest(line: Line): Line {
    if (line.type === 'segment' && line.process.thread === this.#data.thread) {
      this.#segments.add(line.id);
    }
    if (line.type !== 'suspicion' || !this.#segments.has(line.segment)) return line;
    const test = this.#tests.testOf(line.segment, line.suspicion);
    if (test === null) return line;
    return { ...line, suspicion: { ...line.suspicion, test: test.name } };
  }

  /** The watched thread must know, when it ends, that it has a session to be rid of. */
  #onConnect(): void {
    Atomics.store(this.#data.flushCells, FlushCell.CONNECTED, 1);
  }
}
