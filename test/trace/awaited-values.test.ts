import { afterEach, describe, expect, it } from 'vitest';
import { answersOf, type Awaited, bringsNews, isRefused } from '../../src/trace/awaited-values.ts';
import { HiddenState } from '../../src/trace/hidden-state.ts';

const hidden = new HiddenState();
afterEach(() => hidden.close());

/** Twelve promises that were awaited one after the other, uneven milliseconds apart. */
function awaited(valueOf: (n: number) => unknown): Awaited[] {
  return Array.from({ length: 12 }, (_, n) => ({
    promise: Promise.resolve(valueOf(n)),
    atMs: performance.now() + n * n * 0.37,
  }));
}

const LINES = ['GET /', 'PUT /a', 'GET /b', 'POST /', 'HEAD /c', 'GET /d/e'];

describe('what is awaited', () => {
  it.each<[string, boolean, (n: number) => unknown]>([
    ['nothing', false, () => undefined],
    ['the same', false, () => ({ done: false, value: 'idle' })],
    ['one of two', false, (n) => n % 2 === 0],
    ['a count', false, (n) => n],
    ['a count in an object', false, (n) => ({ attempt: n, ok: false })],
    ['the time of day', false, (n) => performance.timeOrigin + performance.now() + n * n * 0.37],
    ['an id made anew', false, () => crypto.randomUUID()],
    ['lines', true, (n) => `${LINES[n % 6]}${'x'.repeat(n)}`],
    ['lines that differ in their numbers', true, (n) => `GET /page/${n} 200`],
    ['items of an iterator', true, (n) => ({ done: false, value: { name: LINES[n % 6]! + n } })],
    ['bytes', true, (n) => new Uint8Array([n * 31, n * 7])],
  ])('%s: %s', (_what, answer, valueOf) => {
    expect(bringsNews(answersOf(awaited(valueOf), hidden))).toBe(answer);
  });

  it('is no news where it failed, is still open, or was too little', () => {
    const failed = awaited(String).map(({ atMs }, n) => {
      const promise = Promise.reject(new Error(LINES[n % 6]));
      promise.catch(() => {});
      return { promise, atMs };
    });
    expect(bringsNews(answersOf(failed, hidden))).toBe(false);
    expect(isRefused(answersOf(failed, hidden))).toBe(true);
    expect(isRefused(answersOf(failed.slice(0, 5), hidden))).toBe(false);
    expect(isRefused(answersOf([...failed, ...awaited(String)], hidden))).toBe(false);
    const open = failed.map(({ atMs }) => ({ promise: new Promise(() => {}), atMs }));
    expect(bringsNews(answersOf(open, hidden))).toBe(false);
    const lines = awaited((n) => 'y'.repeat(n * n));
    expect(bringsNews(answersOf(lines.slice(0, 5), hidden))).toBe(false);
    expect(bringsNews(answersOf(lines.slice(0, 8), hidden))).toBe(true);
  });
});
