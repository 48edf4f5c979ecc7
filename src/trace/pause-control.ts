/** Stops, observes and resumes a thread through an inspector session, each within a bound of time. */
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InspectorSession } from './inspector-session.ts';

export interface Location {
  scriptId: string;
  lineNumber: number;
  columnNumber?: number;
}

export interface CallFrame {
  callFrameId: string;
  functionName: string;
  functionLocation?: Location;
  location: Location;
  url: string;
  scopeChain: { type: string; object: { objectId?: string } }[];
  this: { type: string; className?: string };
}

/** A thread that runs JavaScript stops within a millisecond or two, a busy machine apart. */
const STOP_MS = 800;

export class PauseControl {
  readonly #session: InspectorSession;
  readonly #urls = new Map<string, string>();
  readonly #ids = new Map<string, string>();
  #onPaused: ((frames: CallFrame[]) => void) | null = null;
  #isPaused = false;
  #onRunning: () => void = () => {};

  /** To be made before the debugger domain is switched on: that is when it tells the scripts. */
  constructor(session: InspectorSession) {
    this.#session = session;
    session.on<{ scriptId: string; url: string }>('Debugger.scriptParsed', ({ scriptId, url }) => {
      this.#urls.set(scriptId, url);
      if (url !== '') this.#ids.set(url, scriptId);
    });
    session.on('Debugger.resumed', () => {
      this.#isPaused = false;
      this.#onRunning();
    });
    session.on<{ callFrames: CallFrame[] }>('Debugger.paused', ({ callFrames }) => {
      this.#isPaused = true;
      const heard = this.#onPaused;
      this.#onPaused = null;
      if (heard !== null) heard(callFrames.map((frame) => this.#named(frame)));
      // Asked for long ago, by somebody who gave up waiting: the program must run on.
      else this.#session.post('Debugger.resume').catch(() => {});
    });
  }

  /** See {@link InspectorSession.agent}. */
  get agent(): string {
    return this.#session.agent;
  }

  /** Innermost frame first; null when the thread did not stop in time (it is in native code, or idle). */
  async pause(): Promise<CallFrame[] | null> {
    // In a pause that is about to end V8 takes the request for granted, and forgets it.
    if (this.#isPaused) await this.#running();
    const paused = this.#nextPause(STOP_MS);
    await this.#session.post('Debugger.pause');
    return paused;
  }

  async resume(options: { terminateOnResume?: boolean } = {}): Promise<void> {
    await this.#session.post('Debugger.resume', options);
  }

  /**
   * Runs until a condition stops the thread, within `ms`; else stops it itself. Null when
   * it does not stop any more: on Node 22 a loop without calls hears nothing while
   * breakpoints stand in its function.
   */
  async runUntilStopped(ms: number): Promise<CallFrame[] | null> {
    const stopped = this.#nextPause(ms);
    await this.resume();
    const frames = await stopped;
    if (frames !== null) return frames;
    try {
      return await this.pause();
    } catch {
      return null;
    }
  }

  /**
   * A breakpoint whose condition observes, and stops the thread when it answers true. To be
   * set and taken off in a pause only. Answers how to take it off; null where no breakpoint
   * can stand. V8 moves it to the next place that can stop.
   */
  async observe(location: Location, condition: string): Promise<(() => Promise<void>) | null> {
    try {
      const { breakpointId } = await this.#session.post<{ breakpointId: string }>(
        'Debugger.setBreakpoint',
        { location, condition },
      );
      return async () => {
        await this.#session.post('Debugger.removeBreakpoint', { breakpointId });
      };
    } catch {
      // Its place is taken by another breakpoint, or there is none until the script's end.
      return null;
    }
  }

  /** Places in the same function at which a breakpoint can stand, from `start` on; returns are none. In a pause only. */
  async stoppingPlaces(start: Location): Promise<Location[]> {
    const { locations } = await this.#session.post<{ locations: (Location & { type?: string })[] }>(
      'Debugger.getPossibleBreakpoints',
      { start, restrictToFunction: true },
    );
    return locations.filter(({ type }) => type !== 'return');
  }

  /** Where a place of running code is for the debugger; null for a script that it was not told of. */
  locate({ url, line, column }: { url: string; line: number; column: number }): Location | null {
    // V8 knows a CommonJS script by its path, and tells a debugger its URL.
    const scriptId = this.#ids.get(isAbsolute(url) ? pathToFileURL(url).href : url);
    if (scriptId === undefined) return null;
    return { scriptId, lineNumber: line - 1, columnNumber: column - 1 };
  }

  /** A script's text; empty where V8 has none. */
  async sourceOf(scriptId: string): Promise<string> {
    try {
      const reply = await this.#session.post<{ scriptSource: string }>('Debugger.getScriptSource', {
        scriptId,
      });
      return reply.scriptSource;
    } catch {
      return '';
    }
  }

  /** The value of an expression in a frame, as JSON. */
  evaluateIn<Value>(frame: CallFrame, expression: string): Promise<Value> {
    const { callFrameId } = frame;
    return evaluated(this.#session, 'Debugger.evaluateOnCallFrame', { callFrameId, expression });
  }

  /** The same in the global scope: frames of Node's own code do not even know `Symbol`. */
  evaluate<Value>(expression: string): Promise<Value> {
    return evaluate(this.#session, expression);
  }

  /** V8 leaves a frame's own `url` empty, and has told it with the script. */
  #named(frame: CallFrame): CallFrame {
    return { ...frame, url: this.#urls.get(frame.location.scriptId) ?? frame.url };
  }

  /** Runs again, or was not heard to within the bound. */
  #running(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, STOP_MS);
      this.#onRunning = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #nextPause(ms: number): Promise<CallFrame[] | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#onPaused = null;
        resolve(null);
      }, ms);
      this.#onPaused = (frames) => {
        clearTimeout(timer);
        resolve(frames);
      };
    });
  }
}

/** The value of an expression in the global scope of a thread, as JSON. */
export function evaluate<Value>(session: InspectorSession, expression: string): Promise<Value> {
  return evaluated(session, 'Runtime.evaluate', { expression });
}

/** Throws what the expression threw, as text. */
export async function evaluated<Value>(
  session: InspectorSession,
  method: string,
  params: object,
): Promise<Value> {
  const { result, exceptionDetails } = await session.post<{
    result: { value: Value };
    exceptionDetails?: { text: string; exception?: { description?: string } };
  }>(method, { ...params, returnByValue: true, silent: true });
  if (exceptionDetails) {
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }
  return result.value;
}
