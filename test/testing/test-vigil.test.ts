import { beforeEach, describe, expect, it } from 'vitest';
import { newHearts } from '../../src/model/heart-cells.ts';
import { TestCells } from '../../src/model/test-cells.ts';
import { TestVigil } from '../../src/testing/runner/test-vigil.ts';
import type { Sign } from '../../src/trace/vital-signs.ts';

const LOOK_MS = 50;

let nowMs: number;
let sign: Sign | null;
let tests: TestCells;
let vigil: TestVigil;

beforeEach(() => {
  nowMs = 0;
  sign = null;
  tests = new TestCells();
  const vitals = {
    look: () => ({ sign, cpuShare: 1, turnsPerSecond: 0, oddDelaysPerSecond: 0 }),
  };
  vigil = new TestVigil({ hearts: newHearts(), tests: tests.buffer }, () => nowMs, vitals);
});

/** Looks for so long; answers when it became suspicious, or null. */
function after(ms: number, atEachLook: (look: number) => void = () => {}): number | null {
  const endMs = nowMs + ms;
  for (let look = 0; nowMs < endMs; look += 1) {
    atEachLook(look);
    vigil.look();
    if (vigil.suspect !== null) return nowMs;
    nowMs += LOOK_MS;
  }
  return null;
}

describe('a closer look is worth its cost', () => {
  it('never while there is no sign', () => {
    tests.begin(1, 'waits');
    expect(after(60_000)).toBeNull();
  });

  it.each(['starved', 'busy', 'turning'] as const)('when one test is %s for long', (seen) => {
    sign = seen;
    expect(after(400)).toBeNull();
    tests.begin(1, 'spins');
    expect(after(5000)).toBe(1900);
  });

  it('later where no test runs, as modules are loaded then', () => {
    sign = 'starved';
    expect(after(5000)).toBe(3000);
  });

  it('not between tests when the thread turns now and then', () => {
    expect(after(19_000, (look) => (sign = look % 40 < 30 ? 'starved' : 'busy'))).toBeNull();
  });

  it('not for a suite of many tests that are over soon', () => {
    sign = 'busy';
    expect(after(19_000, (look) => tests.begin(look + 1, 'computes'))).toBeNull();
  });

  it('for what a test has left behind, and more and more rarely', () => {
    sign = 'turning';
    const opened: number[] = [];
    for (let test = 1; nowMs < 100_000; test += 1) {
      tests.begin(test, 'is over soon');
      const before = vigil.suspect;
      vigil.look();
      if (vigil.suspect !== null && before === null) opened.push(nowMs);
      nowMs += LOOK_MS;
    }
    expect(opened).toEqual([20_000, 40_000, 80_000]);
  });

  it('at once, for who waits for what is found', () => {
    sign = 'busy';
    tests.begin(1, 'asks');
    tests.wait(1);
    expect(after(1000)).toBe(0);
    tests.wait(-1);
    expect(after(50)).toBeNull();
  });

  it('of each test anew', () => {
    sign = 'busy';
    tests.begin(1, 'spins');
    after(5000);
    const first = vigil.suspect;
    tests.begin(2, 'spins, too');
    expect(after(50)).toBeNull();
    after(5000);
    expect(vigil.suspect).not.toBe(first);
  });
});
