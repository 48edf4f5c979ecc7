import { describe, expect, it } from 'vitest';
import { isInSilentLoop } from '../../src/trace/silent-loop.ts';

/** The place is where `@` stands. */
const at = (marked: string): boolean => {
  const before = marked.slice(0, marked.indexOf('@'));
  const line = before.split('\n').length;
  return isInSilentLoop(marked.replace('@', ''), line, before.length - before.lastIndexOf('\n'));
};

describe('a place that a thread is seen at all the time', () => {
  it.each([
    'for (;;) @;',
    'while (@!done);',
    'function wait() {\n  let n = 0;\n  while (flags[0] === 0) {\n    @n += 1;\n  }\n}',
    'do { @} while (state.open);',
  ])('is a loop: %s', (text) => {
    expect(at(text)).toBe(true);
  });

  it.each([
    ['no loop', 'const all = @new Map(list);'],
    ['a loop that calls', 'for (const list of lists) { @list.sort(); }'],
    ['a loop that asks somebody', 'while (@!map.has(key));'],
    ['a loop that takes from an iterator', 'for (const x of xs) { @n += x; }'],
    ['a callback in a loop', 'for (;;) { const f = () => { @n += 1; }; }'],
    ['a function beside a loop', 'for (;;);\nfunction f() {\n  @list.sort();\n}'],
    ['no JavaScript', 'let x: @number = ;'],
  ])('is %s', (_what, text) => {
    expect(at(text)).toBe(false);
  });
});
