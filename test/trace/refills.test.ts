import { describe, expect, it } from 'vitest';
import type { StateComparison } from '../../src/model/recording.ts';
import { refills } from '../../src/trace/refills.ts';

const stateWith = (moved: StateComparison['moved']): StateComparison => ({
  verdict: 'counters',
  samples: 10,
  isComplete: true,
  moved,
});
const counting = stateWith([{ path: 'frame.n', as: 'counter' }]);
const padding = Array.from({ length: 30 }, () => 'work();').join('\n');

describe('a loop that empties a queue', () => {
  it.each([
    ['shift', 'while ((job = jobs.shift())) run(job);'],
    ['pop', 'do { run(stack.pop()) } while (stack.length > 0);'],
    ['splice', 'for (const job of queue.splice(0)) run(job);'],
    ['a linked list', 'while (head.next) { head = head.next; head.task(); }'],
  ])('is known by %s', (_what, text) => {
    expect(refills(text, 0, 10, counting)).toBe(true);
    expect(refills(`${padding}\n${text}\n${padding}`, 30, 10, counting)).toBe(true);
    expect(refills(`${text}\n${padding}`, 29, 2, counting)).toBe(false);
  });

  it('is known in a minified file', () => {
    const filler = 'a(b);'.repeat(400);
    const text = `${filler}for(;n=t.shift();)n.u();${filler}`;
    expect(refills(text, 0, 2010, counting)).toBe(true);
    expect(refills(text, 0, 100, counting)).toBe(false);
  });

  it('is known by a list that grows as fast as it is gone along', () => {
    const text = 'for (at = 0; at < queue.length; at++) queue[at]();';
    const growing = { path: 'frame.queue#length', as: 'counter' };
    expect(refills(text, 0, 20, stateWith([growing]))).toBe(true);
    expect(refills(text, 0, 20, counting)).toBe(false);
    expect(refills(text, 0, 20, stateWith([{ ...growing, path: 'frame.log#length' }]))).toBe(false);
  });

  it('is no search that counts', () => {
    expect(refills('while (!isPrime(n)) n += 2;', 0, 10, counting)).toBe(false);
  });
});
