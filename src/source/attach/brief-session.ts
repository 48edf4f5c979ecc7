/**
 * A session for one look into a thread, over a connection that stays: measures how long the
 * thread stands still, and lets it run on before that is too long, whatever the look is about.
 * Closing it leaves no breakpoint, no profiler and no pause behind.
 */
import type { InspectorSession } from '../../trace/inspector-session.ts';
import type { PauseClock } from './pause-clock.ts';

/** No pause is to be longer than 50 ms: hearing of it and ending it, on a crowded machine, need the rest. */
const LONGEST_PAUSE_MS = 35;

export interface BriefSessionOptions {
  connection: InspectorSession;
  clock: PauseClock;
  /** A script that the thread runs, as a debugger is told of it. */
  onScript(script: { url: string; sourceMapURL?: string }): void;
}

export class BriefSession implements InspectorSession {
  readonly agent: string;
  readonly #options: BriefSessionOptions;
  readonly #listeners = new Map<string, (params: never) => void>();
  #pausedAtMs: number | null = null;
  #letGo: NodeJS.Timeout | undefined;
  /** The look has been let go in its pause, and does not know yet. */
  #wasLetGo = false;
  #isClosed = false;
  #isPauseAsked = false;

  constructor(options: BriefSessionOptions) {
    const { connection, onScript } = options;
    this.#options = options;
    this.agent = connection.agent;
    const hears = (event: string, first: (params: never) => void): void => {
      connection.on(event, (params: never) => {
        first(params);
        if (!this.#isClosed) this.#listeners.get(event)?.(params);
      });
    };
    hears('Debugger.paused', () => this.#paused());
    hears('Debugger.resumed', () => this.#resumed());
    hears('Debugger.scriptParsed', onScript);
  }

  /** The thread stands still, or is about to: what is evaluated now would be what it stops in. */
  get isStopping(): boolean {
    return !this.#isClosed && (this.#isPauseAsked || this.#pausedAtMs !== null);
  }

  async post<Reply>(method: string, params: object = {}): Promise<Reply> {
    const { connection } = this.#options;
    if (this.#isClosed) throw new Error('the session is closed');
    if (method === 'Debugger.pause') this.#isPauseAsked = true;
    if (method !== 'Debugger.resume') return connection.post<Reply>(method, params);
    // It runs already: that is all that was wanted.
    if (this.#pausedAtMs === null && this.#wasLetGo) return {} as Reply;
    return connection.post<Reply>(method, params);
  }

  on<Params>(event: string, listener: (params: Params) => void): void {
    this.#listeners.set(event, listener);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#resumed();
    const { connection } = this.#options;
    for (const domain of ['Debugger', 'Profiler']) {
      connection.post(`${domain}.disable`).catch(() => {});
    }
  }

  #paused(): void {
    this.#isPauseAsked = false;
    this.#pausedAtMs = performance.now();
    this.#wasLetGo = false;
    this.#letGo = setTimeout(() => {
      this.#wasLetGo = true;
      this.#options.connection.post('Debugger.resume').catch(() => {});
    }, LONGEST_PAUSE_MS);
  }

  #resumed(): void {
    clearTimeout(this.#letGo);
    if (this.#pausedAtMs === null) return;
    this.#options.clock.note(performance.now() - this.#pausedAtMs);
    this.#pausedAtMs = null;
  }
}
