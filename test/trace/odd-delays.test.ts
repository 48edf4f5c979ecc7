import timers, { setTimeout as namedSetTimeout } from 'node:timers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OddDelays } from '../../src/trace/odd-delays.ts';

const original = { setTimeout: globalThis.setTimeout, setInterval: globalThis.setInterval };
const delays = new OddDelays();

beforeAll(() => delays.install());
afterAll(() => Object.assign(globalThis, original) && Object.assign(timers, original));

/** What is remembered of a timer that is never to fire. */
function rememberedOf(...args: unknown[]): string | null {
  const timer = setTimeout(() => {}, ...(args as [number]));
  clearTimeout(timer);
  return delays.of(timer)?.requested ?? null;
}

/** Without Node's warning, which is about the same and not of interest here. */
function quietly<Result>(act: () => Result): Result {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return act();
  } finally {
    process.emitWarning = emitWarning;
  }
}

describe('a delay that no timer can have', () => {
  it.each([
    [Number.NaN, 'NaN'],
    [-5, '-5'],
    [2 ** 31, '2147483648'],
    [30 * 24 * 3600 * 1000, '2592000000'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    ['soon', 'NaN'],
    ['-7', '-7'],
    [{}, 'NaN'],
  ])('%s is remembered as it was asked for', (delay, requested) => {
    expect(quietly(() => rememberedOf(delay))).toBe(requested);
  });

  it.each([[0], [1], [2 ** 31 - 1], ['20'], [null], [true], [undefined]])('%s is none', (delay) => {
    expect(rememberedOf(delay)).toBeNull();
  });

  it('is none where it was left out', () => {
    expect(rememberedOf()).toBeNull();
  });

  it('is counted, and remembered with the function that asked', () => {
    const seen = delays.seen;
    function impatient(): object {
      return setInterval(() => {}, Number.NaN);
    }
    const timer = quietly(impatient);
    clearInterval(timer as NodeJS.Timeout);
    expect(delays.seen).toBe(seen + 1);
    expect(delays.of(timer)?.frames[0]?.functionName).toBe('impatient');
    expect(delays.of({})).toBeNull();
  });
});

describe('the wrapped functions', () => {
  it.each(['setTimeout', 'setInterval'] as const)('%s look like Node\u2019s own', (name) => {
    const wrapped = globalThis[name];
    expect(wrapped).not.toBe(original[name]);
    expect(wrapped.name).toBe(name);
    expect(wrapped.length).toBe(original[name].length);
    expect(timers[name]).toBe(wrapped);
  });

  it('are those that modules import by name', () => {
    expect(namedSetTimeout).toBe(globalThis.setTimeout);
  });

  it('keep their promised form', async () => {
    expect(promisify(setTimeout)).toBe(promisify(original.setTimeout));
    await expect(promisify(setTimeout)(1, 'value')).resolves.toBe('value');
  });

  it('hand on the arguments of the callback', async () => {
    const got = await new Promise((resolve) => {
      setTimeout((...args: unknown[]) => resolve(args), 1, 'a', 'b');
    });
    expect(got).toEqual(['a', 'b']);
    await expect(new Promise((resolve) => setTimeout(resolve, 1))).resolves.toBeUndefined();
  });

  it('throw what Node throws', () => {
    expect(() => setTimeout('no function' as never, 1)).toThrow(/callback/);
  });
});
