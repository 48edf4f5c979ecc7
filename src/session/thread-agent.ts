/**
 * The agent of one thread of a watched program. It drains the sources of its thread and
 * hands their lines to a thread of its own, which owns the connection to the parent and
 * can also speak while this one is stuck.
 *
 * States: *asleep* (no source yet: nothing exists but this object) → *awake* (thread
 * started, interval running, both unref'd: they never keep the program alive) → *ended*
 * (the thread's `exit`: last lines handed over, and waited for, at most
 * {@link EXIT_WAIT_MS}). A broken agent falls asleep for good; it never throws into the
 * program and prints nothing.
 */
import { isMainThread, Worker } from 'node:worker_threads';
import type { Agent, AgentLink, AgentOptions, AgentSource } from '../model/agent.ts';
import { PauseSampler } from '../trace/pause-sampler.ts';
import {
  AGENT_THREAD_MARK,
  type AgentThreadData,
  FlushCell,
  type ToAgentThread,
} from './agent-messages.ts';
import { SESSION_VARIABLE, type SessionAddress } from './environment.ts';

/** How often what is new is sent. Half of the parent's tick, so that no tick finds old news. */
const DRAIN_MS = 50;

/** At exit the program waits no longer than this for its last lines to be written. */
const EXIT_WAIT_MS = 500;

export class ThreadAgent implements Agent {
  readonly version = 1;
  readonly options: AgentOptions;
  /** Reads the state of paused frames; called from the agent's thread through the inspector. */
  readonly sampler: PauseSampler;
  readonly #session: SessionAddress;
  readonly #sources = new Set<AgentSource>();
  readonly #flushCells = new Int32Array(new SharedArrayBuffer(4));
  #flushes = 0;
  #thread: Worker | null = null;
  #hasFailed = false;

  constructor(session: SessionAddress) {
    this.#session = session;
    this.options = session.options;
    this.sampler = new PauseSampler(session.options.root);
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

  #post(message: ToAgentThread): void {
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
      return;
    }
    setInterval(() => this.drainAll(), DRAIN_MS).unref();
    process.on('exit', () => this.#finish());
  }

  #startThread(): Worker {
    const data: AgentThreadData = {
      [AGENT_THREAD_MARK]: true,
      session: this.#session,
      flushCells: this.#flushCells,
      isMainThread,
    };
    const { NODE_OPTIONS: _options, [SESSION_VARIABLE]: _session, ...env } = process.env;
    const thread = new Worker(new URL('./agent-thread.js', import.meta.url), {
      workerData: data,
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
    this.drainAll();
    const flush = ++this.#flushes;
    this.#post({ type: 'flush', flush });
    if (this.#hasFailed) return;
    const before = Atomics.load(this.#flushCells, FlushCell.FLUSHED);
    if (before < flush) Atomics.wait(this.#flushCells, FlushCell.FLUSHED, before, EXIT_WAIT_MS);
  }
}
