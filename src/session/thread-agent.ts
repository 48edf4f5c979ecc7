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
import { watchTerminations } from '../source/probe/ending-workers.ts';
import { takeRow } from '../source/probe/heart.ts';
import { InnerProbe } from '../source/probe/inner-probe.ts';
import type { LoopTracer } from '../trace/loop-tracer.ts';
import { PauseSampler } from '../trace/pause-sampler.ts';
import type { SiteSampler } from '../trace/site-sampler.ts';
import { PlaceMapper } from '../trace/source-maps.ts';
import {
  AGENT_THREAD_MARK,
  type AgentThreadData,
  FlushCell,
  HEARTS_KEY,
  type ToAgentThread,
} from './agent-messages.ts';
import { atExit } from './at-exit.ts';
import { SESSION_VARIABLE, type SessionAddress } from './environment.ts';

/** At exit the program waits no longer than this for its last lines to be written. */
const EXIT_WAIT_MS = 500;

/** Running time in which this thread takes the end of an inspector session. */
const LET_GO_MS = 5;

/** Who judges in the agent's own thread, where no parent does. */
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
  /** Reads the state of paused frames; called from the agent's thread through the inspector. */
  readonly sampler: PauseSampler;
  /** Called from the agent's thread through the inspector, as {@link sampler} is. */
  readonly tracer: LoopTracer;
  readonly sites: SiteSampler;
  /** Node's number of this thread. */
  readonly thread = threadId;
  readonly #hearts: SharedArrayBuffer | null;
  readonly #probe: InnerProbe;
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
    this.sampler = new PauseSampler(new PlaceMapper(session.options.root));
    this.#hearts = isMainThread || judge !== null ? newHearts() : null;
    this.#probe = new InnerProbe(session.options.root, ownRow(this.#hearts));
    this.tracer = this.#probe.tracer;
    this.sites = this.#probe.sites;
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

  /** A test begins in this thread. */
  testBegins(id: number, name: string): void {
    this.#post({ type: 'test', id, name });
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
    // Before 'online' an unref'd thread may never come up.
    thread.once('online', () => thread.unref());
    return thread;
  }

  #finish(): void {
    // A worker's row is free at once; the main thread's is looked at once more.
    if (!isMainThread) this.#probe.heart.stop();
    if (this.#thread === null) return;
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
    const wasConnected = Atomics.load(this.#flushCells, FlushCell.CONNECTED) > 0;
    const endsAt = performance.now() + (wasConnected ? LET_GO_MS : 0);
    while (performance.now() < endsAt);
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
