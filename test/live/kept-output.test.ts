import { describe, expect, it } from 'vitest';
import { KeptOutput, type OutputStream } from '../../src/cli/live/kept-output.ts';

function released(kept: KeptOutput): [OutputStream, string][] {
  const pieces: [OutputStream, string][] = [];
  kept.release((stream, bytes) => pieces.push([stream, bytes.toString()]));
  return pieces;
}

function kept(...pieces: [OutputStream, string | Buffer][]): KeptOutput {
  const output = new KeptOutput();
  for (const [stream, text] of pieces) output.add(stream, Buffer.from(text));
  return output;
}

describe('what a program prints while a view has the terminal', () => {
  it('is printed afterwards as it was, once, each to its own stream', () => {
    const output = kept(['stdout', 'a\n'], ['stderr', '\u001b[31mb\u001b[0m'], ['stdout', 'c']);
    const all = [
      ['stdout', 'a\n'],
      ['stderr', '\u001b[31mb\u001b[0m'],
      ['stdout', 'c'],
    ];
    expect(released(output)).toEqual(all);
    expect(released(output)).toEqual([]);
  });

  it('is shown as harmless lines', () => {
    const output = kept(
      ['stdout', '10 %\r100 %\r\n\u001b[2J\u001b[1;31mred\u001b[0m\ttab\n'],
      ['stderr', '\u001b]0;title\u0007bell\u0007'],
    );
    expect(output.text()).toBe('100 %\nred  tab\nbell\\u0007');
    expect(kept().text()).toContain('nothing yet');
  });

  it('is shown whole where a character lies in two pieces', () => {
    const bytes = Buffer.from('漢');
    expect(kept(['stdout', bytes.subarray(0, 1)], ['stdout', bytes.subarray(1)]).text()).toBe('漢');
  });

  it('is kept in bounded room: the newest, and how much is missing', () => {
    const output = new KeptOutput();
    for (let i = 0; i < 300; i += 1) output.add('stdout', Buffer.alloc(10_000, `${i % 10}`));
    const pieces = released(output);
    expect(pieces[0]).toEqual([
      'stderr',
      'selfwake: 1,960,000 bytes that the program printed before are not kept.\n',
    ]);
    expect(pieces).toHaveLength(1 + 104);
    expect(output.text().length).toBeLessThan(70_000);
  });
});
