import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BriefSession } from '../../../src/source/attach/brief-session.ts';
import { PauseClock } from '../../../src/source/attach/pause-clock.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A thread that stops and runs on as it is told to. */
function played() {
  const posted: string[] = [];
  const listeners = new Map<string, (params: never) => void>();
  const clock = new PauseClock();
  const tell = (event: string): void => listeners.get(event)?.({} as never);
  const session = new BriefSession({
    clock,
    onScript: () => {},
    connection: {
      agent: 'agent',
      post: async <Reply>(method: string) => {
        posted.push(method);
        if (method === 'Debugger.pause') tell('Debugger.paused');
        if (method === 'Debugger.resume') tell('Debugger.resumed');
        return {} as Reply;
      },
      on: (event, listener) => void listeners.set(event, listener),
      close: () => {},
    },
  });
  return { session, clock, posted };
}

it('measures how long the thread stands still', async () => {
  const { session, clock } = played();
  await session.post('Debugger.pause');
  expect(session.isStopping).toBe(true);
  vi.advanceTimersByTime(10);
  await session.post('Debugger.resume');
  expect(session.isStopping).toBe(false);
  expect(clock).toMatchObject({ pauses: 1, totalMs: 10, longestMs: 10 });
});

it('lets the thread run on before it stood still for 50 ms, whoever forgot', async () => {
  const { session, clock, posted } = played();
  await session.post('Debugger.pause');
  await vi.advanceTimersByTimeAsync(500);
  expect(clock.longestMs).toBeLessThan(50);
  expect(clock.pauses).toBe(1);
  // It runs already: that is all that was wanted.
  await session.post('Debugger.resume');
  expect(posted.filter((method) => method === 'Debugger.resume')).toHaveLength(1);
});

it('leaves no debugger and no profiler behind, and lets nobody in', async () => {
  const { session, posted } = played();
  session.close();
  session.close();
  expect(posted).toEqual(['Debugger.disable', 'Profiler.disable']);
  await expect(session.post('Debugger.pause')).rejects.toThrow('closed');
});
