import { expect, it } from 'vitest';
import type { InspectorSession } from '../../src/trace/inspector-session.ts';
import { PauseControl } from '../../src/trace/pause-control.ts';

/** A thread that hears requests at once, and leaves a pause a little later, as V8 does. */
class PlayedDebugger implements InspectorSession {
  readonly agent = '';
  readonly #listeners = new Map<string, (params: never) => void>();
  #isPaused = false;

  async post<Reply>(method: string): Promise<Reply> {
    if (method === 'Debugger.pause' && !this.#isPaused) {
      this.#isPaused = true;
      setImmediate(() => this.#tell('Debugger.paused', { callFrames: [] }));
    }
    if (method === 'Debugger.resume') {
      setImmediate(() => {
        this.#isPaused = false;
        this.#tell('Debugger.resumed', {});
      });
    }
    return {} as Reply;
  }

  on<Params>(event: string, listener: (params: Params) => void): void {
    this.#listeners.set(event, listener);
  }

  close(): void {}

  #tell(event: string, params: object): void {
    this.#listeners.get(event)?.(params as never);
  }
}

it('a pause that is asked for while another one ends is not lost', async () => {
  const control = new PauseControl(new PlayedDebugger());
  for (let round = 0; round < 3; round += 1) {
    expect(await control.pause()).toEqual([]);
    await control.resume();
  }
});
