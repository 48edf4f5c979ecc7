/** Stops, observes and resumes a thread through an inspector session, each within a bound of time. */
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
  #onPaused: ((frames: CallFrame[]) => void) | null = null;

  /** To be made before the debugger domain is switched on: that is when it tells the scripts. */
  constructor(session: InspectorSession) {
    this.#session = session;
    session.on<{ scriptId: string; url: string }>('Debugger.scriptParsed', ({ scriptId, url }) => {
      this.#urls.set(scriptId, url);
    });
    session.on<{ callFrames: CallFrame[] }>('Debugger.paused', ({ callFrames }) => {
      const heard = this.#onPaused;
      this.#onPaused = null;
      if (heard !== null) heard(callFrames.map((frame) => this.#named(frame)));
      // Asked for long ago, by somebody who gave up waiting: the program must run on.
      else this.#session.post('Debugger.resume').catch(() => {});
    });
  }

  /** Innermost frame first; null when the thread did not stop in time (it is in native code, or idle). */
  async pause(): Promise<CallFrame[] | null> {
    const paused = this.#nextPause(STOP_MS);
    await this.#session.post('Debugger.pause');
    return paused;
  }

  async resume(): Promise<void> {
    await this.#session.post('Debugger.resume');
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

  /** The value of an expression in a frame, as JSON. */
  async evaluate<Value>(frame: CallFrame, expression: string): Promise<Value> {
    const reply = await this.#session.post<{
      result: { value: Value };
      exceptionDetails?: { text: string };
    }>('Debugger.evaluateOnCallFrame', {
      callFrameId: frame.callFrameId,
      expression,
      returnByValue: true,
      silent: true,
    });
    if (reply.exceptionDetails) throw new Error(reply.exceptionDetails.text);
    return reply.result.value;
  }

  /** V8 leaves a frame's own `url` empty, and has told it with the script. */
  #named(frame: CallFrame): CallFrame {
    return { ...frame, url: this.#urls.get(frame.location.scriptId) ?? frame.url };
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
