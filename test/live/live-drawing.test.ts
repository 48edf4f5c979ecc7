import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { widthOf } from '../../src/cli/live/cells.ts';
import { drawn, type Picture } from '../../src/cli/live/live-drawing.ts';
import { HELP } from '../../src/cli/live/live-help.ts';
import { FIRST_STATE } from '../../src/cli/live/live-state.ts';
import { cleanText } from '../../src/report/clean-text.ts';
import { spin } from '../report/found-in-proxy.ts';
import { HOSTILE } from '../report/hostile.ts';
import { liveRow } from './live-row.ts';

const rows = [
  liveRow({
    id: '1',
    name: 'TlsStream',
    place: 'src/tls/tls-stream.ts:38',
    process: '4711',
    findings: [spin],
    values: { polls: 693_289, self: 693_289, barren: 693_000, cpu: 0.97 },
    trend: [0, 200_000, 693_289].flatMap((value) => new Array<number>(8).fill(value)),
  }),
  liveRow({
    id: '2',
    kind: 'thread',
    name: 'process 4711',
    place: 'proxy.ts',
    process: '4711',
    values: { cpu: 1, turns: 1077, traces: 6 },
    trend: [0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1],
  }),
  liveRow({ id: '3', name: 'Accept', process: '4712', values: { polls: 12, self: 0, barren: 0 } }),
];

function picture(changes: Partial<Picture> = {}): Picture {
  return {
    rows,
    state: FIRST_STATE,
    columns: 80,
    lines: 24,
    hasColor: false,
    title: 'selfwake run proxy.ts',
    summary: '12 s, 2 processes, 1 error',
    sentence: '',
    page: '',
    hasOutput: true,
    hasKeys: true,
    ...changes,
  };
}

const lines = (changes: Partial<Picture> = {}) => drawn(picture(changes)).lines;
const text = (changes: Partial<Picture> = {}) =>
  lines(changes)
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{2,}/g, '\n…\n');

describe('a small terminal', () => {
  it('has what matters most: level, name, rates, the last half minute', () => {
    expect(text()).toBe(`\
selfwake run proxy.ts                                 12 s, 2 processes, 1 error
 level   unit                     process polls/s self/s   cpu turns/s last 30 s
>error   TlsStream  …stream.ts:38 4711       693k   693k  97 %            ▁▁▃▃██
         process 4711  proxy.ts   4711                   100 %   1,077        ▅█
         Accept                   4712         12      0
…
q quit  ? help  ↑↓ Enter open  s sort: suspicion  / filter  o output`);
  });

  it('has all of the half minute, in fewer bars where there is no room', () => {
    const trend = Array.from({ length: 30 }, (_, i) => i);
    const bars = (columns: number) =>
      /[▁▂▃▄▅▆▇█]+/.exec(lines({ columns, rows: [liveRow({ trend })] })[2]!)![0];
    expect(bars(120)).toBe('▁▁▁▂▂▂▂▃▃▃▃▄▄▄▄▅▅▅▅▆▆▆▆▇▇▇▇███');
    expect(bars(44)).toBe('▁▂▃▄▄▅▆▇▇█');
  });

  it('leaves out columns that have nothing to show', () => {
    const thread = liveRow({ kind: 'thread', name: 'process 7', values: { cpu: 0.5, traces: 1 } });
    expect(lines({ rows: [thread] })[1]!.trim()).toMatch(/^level +unit +cpu +traces +last 30 s$/);
  });

  it('has the last sentence above the keys', () => {
    expect(text({ sentence: 'detached.' })).toMatch(/detached\.\nq quit/);
  });

  it('says which order it is', () => {
    const state = { ...FIRST_STATE, order: 'self' } as const;
    expect(text({ state })).toContain('self/s↓');
  });

  it('says what is typed, how to leave a page, and what to do without keys', () => {
    const typing = { ...FIRST_STATE, isTyping: true, filter: 'tls' };
    expect(lines({ state: typing }).at(-1)).toMatch(/^filter: tls▏/);
    expect(lines({ state: { ...typing, isTyping: false } }).at(-1)).toContain('/ filter: tls');
    expect(lines({ state: { ...FIRST_STATE, page: 'help' } }).at(-1)).toContain('Esc back');
    expect(lines({ hasKeys: false }).at(-1)).toMatch(/^Ctrl-C ends/);
    expect(text({ rows: [], state: { ...FIRST_STATE, filter: 'x' } })).toContain("has 'x'.");
    expect(text({ rows: [] })).toContain('Nothing has run yet.');
  });
});

describe('a large terminal', () => {
  it('has all there is', () => {
    const [, titles, first] = lines({ columns: 200, lines: 50 });
    expect(titles!.trim()).toMatch(
      /^level +unit +process polls\/s self\/s barren\/s +cpu turns\/s traces +last 30 s$/,
    );
    expect(first).toContain('TlsStream  src/tls/tls-stream.ts:38 ');
  });
});

describe('a long list', () => {
  const many = Array.from({ length: 500 }, (_, i) => liveRow({ id: `${i}`, name: `Unit${i}` }));
  const visible = (selected: string) =>
    lines({ rows: many, state: { ...FIRST_STATE, selected } })
      .flatMap((line) => /^(>?) *(Unit\d+)/.exec(line) ?? [])
      .filter((part) => part.startsWith('>') || part.startsWith('Unit'));

  it('shows the marked row and its neighbours', () => {
    expect(visible('0')[0]).toContain('>');
    const middle = visible('250');
    expect(middle).toContain('Unit250');
    expect(middle).toContain('Unit245');
    expect(middle).toContain('Unit258');
    expect(visible('499').at(-1)).toBe('Unit499');
  });
});

describe('a page', () => {
  const page = Array.from({ length: 40 }, (_, i) => `line ${i}`).join('\n');
  it('is scrolled no further than to its end', () => {
    const state = { ...FIRST_STATE, page: 'detail', scroll: Infinity } as const;
    const { lines: shown, fits, mostScroll } = drawn(picture({ state, page }));
    expect([fits, mostScroll]).toEqual([22, 18]);
    expect(shown.at(-2)).toBe('line 39');
    expect(drawn(picture({ state: { ...state, scroll: 3 }, page })).lines[1]).toBe('line 3');
  });
});

describe('the help', () => {
  it('fits on a small screen', () => {
    const { mostScroll } = drawn(
      picture({ state: { ...FIRST_STATE, page: 'help' }, page: HELP, columns: 78 }),
    );
    expect(HELP.split('\n').every((line) => line.length <= 78)).toBe(true);
    expect(mostScroll).toBeLessThanOrEqual(4);
  });
});

describe('any screen', () => {
  const names = [...Object.values(HOSTILE).map(cleanText), '漢字漢字漢字漢字', '🦀'.repeat(30), ''];
  const anyRow = fc
    .record({
      name: fc.constantFrom(...names),
      place: fc.constantFrom('', ...names),
      process: fc.constantFrom('1', '2/3', 'localhost:6669', '漢字:1'),
      polls: fc.option(fc.double({ min: 0, max: 1e12, noNaN: true })),
      cpu: fc.option(fc.double({ min: 0, max: 64, noNaN: true })),
      findings: fc.constantFrom([], [spin]),
      trend: fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { maxLength: 30 }),
    })
    .map(({ polls, cpu, ...row }) => liveRow({ ...row, values: { polls, cpu, self: polls } }));

  it('has as many lines as it has, and none that is wider', () => {
    const size = fc.record({
      columns: fc.integer({ min: 1, max: 220 }),
      lines: fc.integer({ min: 1, max: 60 }),
      hasColor: fc.boolean(),
      page: fc.constantFrom('', HELP, names.join('\n')),
      sentence: fc.constantFrom('', ...names),
      title: fc.constantFrom(...names),
    });
    const pages = fc.constantFrom('table', 'detail', 'help', 'output');
    fc.assert(
      fc.property(size, fc.array(anyRow, { maxLength: 70 }), pages, (some, rows, page) => {
        const state = { ...FIRST_STATE, page };
        const { lines: shown } = drawn(picture({ ...some, rows, state }));
        expect(shown).toHaveLength(some.lines);
        for (const line of shown)
          expect(widthOf(line)).toBeLessThanOrEqual(Math.max(2, some.columns));
        const bare = shown.join('').replace(/\u001b\[[\d;]*m/g, '');
        expect(bare).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
      }),
      { numRuns: 300 },
    );
  });
});
