/**
 * The agent of one thread of a watched program. It drains the sources of its thread and
 * hands their lines to a thread of its own, which owns the connection to the parent and
 * can also speak while this one is stuck.
 *
 * In a main thread it is awake from the start, and probes the program; in a worker thread it
 * wakes up with the first source. Thread and heart are unref'd: they never keep the program
 * alive. At the thread's end the last lines are handed over, and waited for, at most
 * {@link EXIT_WAIT_MS}. A broken agent falls asleep for good; it never throws into the
 * program and prints nothing.
 */
import { performance } from 'node:perf_hooks';
import {
  getEnvironmentData,
  isMainThread,
  type MessagePort,
  setEnvironmentData,
  threadId,
  Worker,
} from 'node:worker_threads';
import {
  type Agent,
  AGENT_KEY,
  type AgentLink,
  type AgentOptions,
  type AgentSource,
} from '../model/agent.ts';
import { heartRow, newHearts } from '../model/heart-cells.ts';
import { TestCells } from '../model/test-cells.ts';
import { watchTerminations } from '../source/probe/ending-workers.ts';
import { takeRow } from '../source/probe/heart.ts';
import { InnerProbe } from '../source/probe/inner-probe.ts';
import {
  AGENT_THREAD_MARK,
  type AgentThreadData,
  FlushCell,
  HEARTS_KEY,
  type ToAgentThread,
} from './agent-messages.ts';
import { atExit } from './at-exit.ts';
import { SESSION_VARIABLE, type SessionAddress } from './environment.ts';
import type * as InnerTraceModule from './inner-trace.ts';
import type { InnerTrace } from './inner-trace.ts';
import { lateCode } from './late-code.ts';

/** At exit the program waits no longer than this for its last lines to be written. */
const EXIT_WAIT_MS = 500;

/** Running time in which this thread takes the end of an inspector session. */
const LET_GO_MS = 5;

/** Who judges in the agent's own thread, where no parent does: nobody learns what is seen at the end. */
export interface OwnJudge {
  /** The agent's thread then begins here. */
  entry: URL;
  /** What it reads of the thread's data beside the agent's. */
  data: object;
  /** What runs in this thread is about to be ended. */
  beforeBreak(): void;
  /** Ports in it, which are handed over. */
  ports: readonly MessagePort[];
}

export class ThreadAgent implements Agent {
  readonly version = 1;
  readonly options: AgentOptions;
  /** Node's number of this thread, by which a session is matched to it. */
  readonly thread = threadId;
  readonly #tests = new TestCells();
  readonly #hearts: SharedArrayBuffer | null;
  readonly #probe: InnerProbe;
  readonly #loadInner = lateCode<typeof InnerTraceModule>(
    new URL('../session/inner-trace.cjs', import.meta.url),
  );
  #inner: InnerTrace | null = null;
  readonly #session: SessionAddress;
  readonly #judge: OwnJudge | null;
  readonly #sources = new Set<AgentSource>();
  readonly #flushCells = new Int32Array(new SharedArrayBuffer(8));
  #flushes = 0;
  #thread: Worker | null = null;
  #hasFailed = false;

  constructor(session: SessionAddress, judge: OwnJudge | null = null) {
    this.#session = session;
    this.#judge = judge;
    this.options = session.options;
    this.#hearts = isMainThread || judge !== null ? newHearts() : null;
    this.#probe = new InnerProbe(ownRow(this.#hearts));
  }

  get sampler(): InnerTrace['sampler'] {
    return this.#innerTrace().sampler;
  }

  get tracer(): InnerTrace['tracer'] {
    return this.#innerTrace().tracer;
  }

  get sites(): InnerTrace['sites'] {
    return this.#innerTrace().sites;
  }

  /** Before the program's first line: watches it, whatever it uses, and can be found by sources in it. */
  install(): void {
    Object.defineProperty(globalThis, Symbol.for(AGENT_KEY), {
      value: this,
      enumerable: false,
      configurable: true,
      writable: false,
    });
    this.#probe.start(() => this.drainAll());
    const hearts = this.#hearts ?? sharedHearts();
    if (hearts !== null) watchTerminations(hearts);
    atExit(() => this.#finish());
    if (this.#hearts === null) return;
    if (isMainThread) setEnvironmentData(HEARTS_KEY, this.#hearts);
    this.#wakeUp();
  }

  register(source: AgentSource): AgentLink {
    this.#wakeUp();
    this.#sources.add(source);
    this.#post({
      type: 'source',
      info: source.info,
      zeroHr: source.zeroHr,
      liveCells: source.liveCells,
      progressCells: source.progressCells,
    });
    this.#drain(source);
    return {
      flush: () => this.#drain(source),
      close: () => this.#close(source),
    };
  }

  /** Which test runs in this thread. */
  get tests(): TestCells {
    return this.#tests;
  }

  testBegins(id: number, name: string): void {
    this.#tests.begin(id, name);
  }

  /** What runs in this thread is about to be ended; the agent's thread calls this from a pause. */
  beforeBreak(): void {
    this.#judge?.beforeBreak();
  }

  /** Says something to who judges in the agent's thread. */
  tell(message: object): void {
    this.#post(message);
  }

  /** Drains every source. The agent's thread calls this from a pause in a stuck poll. */
  drainAll(): void {
    for (const source of this.#sources) this.#drain(source);
  }

  #innerTrace(): InnerTrace {
    this.#inner ??= this.#loadInner().innerTrace(this.options.root, this.#probe.oddDelays);
    return this.#inner;
  }

  #close(source: AgentSource): void {
    if (!this.#sources.has(source)) return;
    this.#drain(source);
    this.#sources.delete(source);
    this.#post({ type: 'source-closed', segment: source.info.id });
  }

  #drain(source: AgentSource): void {
    if (!this.#sources.has(source)) return;
    try {
      const lines = source.drain();
      if (lines.length > 0) this.#post({ type: 'lines', lines });
    } catch {
      // The source's own fault; the watched program must not learn of it.
    }
  }

  #post(message: ToAgentThread | object): void {
    if (this.#hasFailed) return;
    try {
      this.#thread?.postMessage(message);
    } catch {
      this.#hasFailed = true;
    }
  }

  #wakeUp(): void {
    if (this.#thread !== null || this.#hasFailed) return;
    try {
      this.#thread = this.#startThread();
    } catch {
      this.#hasFailed = true;
    }
  }

  #startThread(): Worker {
    const data: AgentThreadData = {
      [AGENT_THREAD_MARK]: true,
      session: this.#session,
      flushCells: this.#flushCells,
      thread: threadId,
      tests: this.#tests.buffer,
      hearts: this.#hearts,
      command: process.argv,
    };
    const judge = this.#judge;
    const { NODE_OPTIONS: _options, [SESSION_VARIABLE]: _session, ...env } = process.env;
    const thread = new Worker(judge?.entry ?? new URL('./agent-thread.cjs', import.meta.url), {
      workerData: judge === null ? data : { ...data, ...judge.data },
      transferList: [...(judge?.ports ?? [])],
      // Neither the program's flags nor its preloads: they would start agents without end.
      execArgv: [],
      env,
      // Never this program's streams: they pass through a main thread that may be stuck.
      stdout: true,
      stderr: true,
      name: 'selfwake',
    });
    // An error in the agent's thread must not become an error of the program.
    thread.on('error', () => {
      this.#hasFailed = true;
    });
    // It ends before the program does when whoever started that is gone.
    thread.on('exit', () => {
      this.#hasFailed = true;
    });
    // Before 'online' an unref'd thread may never come up.
    thread.once('online', () => thread.unref());
    return thread;
  }

  #finish(): void {
    // A worker's row is free at once; the main thread's is looked at once more.
    if (!isMainThread) this.#probe.heart.stop();
    if (this.#thread === null) return;
    if (this.#judge !== null && !this.#isConnected) return;
    this.drainAll();
    const flush = ++this.#flushes;
    this.#post({ type: 'flush', flush });
    if (this.#hasFailed) return;
    const before = Atomics.load(this.#flushCells, FlushCell.FLUSHED);
    if (before < flush) Atomics.wait(this.#flushCells, FlushCell.FLUSHED, before, EXIT_WAIT_MS);
    this.#letGo();
  }

  /** A session that is open at the end makes Node wait for it, and say so: running code lets it close. */
  #letGo(): void {
    const endsAt = performance.now() + (this.#isConnected ? LET_GO_MS : 0);
    while (performance.now() < endsAt);
  }

  /** Has the agent's thread had a session with this one? */
  get #isConnected(): boolean {
    return Atomics.load(this.#flushCells, FlushCell.CONNECTED) > 0;
  }
}

/** A worker's row is among its process's; where there is none left its heart beats unheard. */
function ownRow(hearts: SharedArrayBuffer | null): Float64Array {
  if (hearts !== null) return heartRow(hearts, 0);
  const shared = sharedHearts();
  return (shared && takeRow(shared)) ?? heartRow(newHearts(), 0);
}

/** The process's, as a worker thread finds them. */
function sharedHearts(): SharedArrayBuffer | null {
  const shared: unknown = getEnvironmentData(HEARTS_KEY);
  return shared instanceof SharedArrayBuffer ? shared : null;
}
