/**
 * What attaching puts into each thread of a strange program, and takes out again: the half of
 * a trace that lies inside, and a heart. It is one script, evaluated through the inspector;
 * `build.mjs` makes it of this file.
 *
 * *attached* ─ nothing heard for {@link SILENCE_MS} ─▶ *silent*: hooks and wrappers are off,
 * and nothing does anything until somebody speaks again ─ for {@link ABANDONED_MS} ─▶ *gone*:
 * whoever attached was killed; everything is taken out, and an inspector that was opened for
 * it is closed. In a thread whose loop does not turn only hooks can notice: a slice ends
 * itself within its bound, and nothing of ours runs after that.
 */
import { performance } from 'node:perf_hooks';
import { HiddenState } from '../../trace/hidden-state.ts';
import { LoopTracer } from '../../trace/loop-tracer.ts';
import { OddDelays } from '../../trace/odd-delays.ts';
import { PauseSampler } from '../../trace/pause-sampler.ts';
import { rawPlaces } from '../../trace/raw-places.ts';
import { SiteSampler } from '../../trace/site-sampler.ts';
import { ATTACHED_URL } from '../../trace/attached-script.ts';
import { Births } from '../../trace/births.ts';
import { BEAT_MS } from '../../model/heart-cells.ts';
import { type AgentPulse, AttachKey } from './attach-protocol.ts';
import { type Attachments, attachmentsOf } from './attachments.ts';

/** Silence after which nothing of ours does anything any more. */
const SILENCE_MS = 1000;
/** Silence after which nobody is expected to come back. */
const ABANDONED_MS = 5000;

const key = Symbol.for(AttachKey.AGENT);

interface LoopMetrics {
  loopCount: number;
}

export interface AgentOptions {
  /** Who attached: a random word. */
  holder: string;
  /** Beginnings of the names of scripts of this package. */
  own: readonly string[];
  /** The runtime has Node's own modules. */
  isNode: boolean;
}

class AttachedAgent {
  readonly tracer: LoopTracer;
  readonly sites: SiteSampler;
  readonly sampler = new PauseSampler(rawPlaces);
  readonly #odd = new OddDelays();
  readonly #births = new Births();
  /** Who attached: only they are to take it out. */
  readonly holder: string;
  readonly #isNode: boolean;
  readonly #attachments: Attachments;
  readonly #beating: ReturnType<typeof setInterval>;
  #heardAtMs = performance.now();
  #isSilent = false;
  #beats = 0;
  #jobs = 0;

  constructor({ holder, own, isNode }: AgentOptions) {
    const hidden = new HiddenState();
    this.holder = holder;
    this.#isNode = isNode;
    this.#attachments = attachmentsOf(globalThis);
    this.tracer = new LoopTracer({
      hidden,
      mapper: rawPlaces,
      isOwn: (url) => url === ATTACHED_URL || own.some((start) => url.startsWith(start)),
      oddDelayOf: (timer) => this.#odd.of(timer),
    });
    this.sites = new SiteSampler(hidden);
    if (isNode) this.#watch();
    this.#attachments.evict = () => this.#takeOut();
    this.#beating = setInterval(() => this.#beat(), BEAT_MS);
    // Elsewhere it is a number, and keeps nothing alive.
    if (isNode) this.#beating.unref();
  }

  /** Counters of an executor reach nobody here: see {@link PauseSampler}'s caller. */
  drainAll(): void {}

  /** Somebody is there: to be called several times a second. Answers how the thread is. */
  hear(): AgentPulse {
    this.#heardAtMs = performance.now();
    this.#attachments.hear(this.holder, Date.now());
    if (this.#isSilent) {
      this.#isSilent = false;
      if (this.#isNode) this.#watch();
    }
    const beats = this.#beats;
    if (!this.#isNode) {
      void Promise.resolve().then(() => (this.#jobs += 1));
      const jobs = this.#jobs;
      return { beats, turns: null, oddDelays: 0, births: 0, jobs, processCpuMs: null };
    }
    const timing = performance.nodeTiming as unknown as { uvMetricsInfo?: LoopMetrics };
    const { user, system } = process.cpuUsage();
    return {
      beats,
      turns: timing.uvMetricsInfo?.loopCount ?? null,
      oddDelays: this.#odd.seen,
      births: this.#births.seen,
      jobs: 0,
      processCpuMs: (user + system) / 1000,
    };
  }

  /** Takes everything out. True when nobody else is attached and the inspector was opened for us. */
  leave(): boolean {
    this.#takeOut();
    return this.#attachments.leave(this.holder, Date.now());
  }

  #beat(): void {
    this.#beats += 1;
    const silentMs = performance.now() - this.#heardAtMs;
    if (silentMs > SILENCE_MS) this.#silence();
    if (silentMs > ABANDONED_MS && this.leave()) closeInspector();
  }

  #takeOut(): void {
    clearInterval(this.#beating);
    this.#silence();
    this.sites.end();
    Reflect.deleteProperty(globalThis, key);
  }

  #watch(): void {
    this.#odd.install();
    this.#births.install();
  }

  #silence(): void {
    if (this.#isSilent) return;
    this.#isSilent = true;
    this.tracer.stop();
    if (!this.#isNode) return;
    this.#odd.uninstall();
    this.#births.uninstall();
  }
}

/** True when `holder` is the one to attach to this program; else it waits, and asks again. */
export function claim(holder: string, isOpenedForUs: boolean): boolean {
  return attachmentsOf(globalThis).claim(holder, isOpenedForUs, Date.now());
}

/** Puts an agent into this thread. */
export function begin(options: AgentOptions): void {
  const value = new AttachedAgent(options);
  Object.defineProperty(globalThis, key, { value, configurable: true, enumerable: false });
}

function closeInspector(): void {
  try {
    (process as unknown as { getBuiltinModule(name: string): { close(): void } })
      .getBuiltinModule('node:inspector')
      .close();
  } catch {
    // It is closed.
  }
}
