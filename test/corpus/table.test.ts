import { expect, it } from 'vitest';
import type { HealthyRow, SpinRow } from './judge-case.ts';
import { allTotals, markdownReport, shortfalls, terminalReport, totalsOf } from './table.ts';

function spin(id: string, changes: Partial<SpinRow> = {}): SpinRow {
  return {
    kind: 'spin',
    id,
    group: 'npm',
    half: 'tune',
    node: 'v20.20.2',
    isNoticed: true,
    isNamed: true,
    isNamedFirst: true,
    isLineNamed: null,
    seconds: 1,
    confidence: 'proven',
    cpuPercent: 99.6,
    remark: 'error self-wake',
    findings: [],
    ...changes,
  };
}

function healthy(id: string, changes: Partial<HealthyRow> = {}): HealthyRow {
  return {
    kind: 'healthy',
    id,
    group: 'busy',
    half: 'kept',
    node: 'v20.20.2',
    isBorderline: false,
    isSilent: true,
    isUnchanged: true,
    remark: '',
    findings: [],
    ...changes,
  };
}

const many = (n: number, changes: (i: number) => Partial<SpinRow>) =>
  Array.from({ length: n }, (_, i) => spin(`spin-${i}`, changes(i)));

it('counts, and tells the middle and the worst of the times', () => {
  const rows = [4, 1, null, 2].map((seconds, i) =>
    spin(`s${i}`, { seconds, isLineNamed: [true, false][i] ?? null }),
  );
  expect(totalsOf('all', [...rows, healthy('h', { isSilent: false })])).toEqual({
    name: 'all',
    spins: 4,
    noticed: 4,
    named: 4,
    first: 4,
    lines: 1,
    linesKnown: 2,
    medianSeconds: 2,
    worstSeconds: 4,
    healthy: 1,
    silent: 0,
    unchanged: 1,
  });
});

it('prints both halves apart, each group, and each Node only where there are several', () => {
  const rows = [spin('a'), healthy('b')];
  const names = (all: typeof rows) => allTotals(all).map(({ name }) => name);
  expect(names(rows)).toEqual(['kept', 'tune', 'busy', 'npm', 'all']);
  expect(names([...rows, healthy('b', { node: 'v26.10.0' })])).toContain('v26.10.0');
});

it('is content when the targets are just met', () => {
  const rows = many(100, (i) => ({ isNamed: i >= 5, isNamedFirst: i >= 15 }));
  expect(shortfalls([...rows, healthy('h')])).toEqual([]);
});

it.each([
  ['noticed', { isNoticed: false }, 1],
  ['named', { isNamed: false }, 6],
  ['first', { isNamedFirst: false }, 16],
])('says that too few were %s', (name, changes, misses) => {
  const rows = many(100, (i) => (i < misses ? changes : {}));
  expect(shortfalls(rows)).toEqual([expect.stringContaining(name)]);
});

it('names each healthy program that was flagged or changed', () => {
  const rows = [
    healthy('loud', { isSilent: false }),
    healthy('other', { isUnchanged: false }),
    healthy('fine'),
  ];
  expect(shortfalls(rows)).toEqual([
    'Healthy programs were flagged: busy/loud on 20.',
    'Healthy programs ended otherwise: busy/other on 20.',
  ]);
});

it('shows every row, the missed ones too, and breaks no table', () => {
  const rows = [
    spin('seen'),
    spin('missed', { isNoticed: false, seconds: null, confidence: null, remark: 'a | b' }),
    healthy('busy', { isBorderline: true }),
  ];
  expect(terminalReport(rows)).toMatch(/npm\/missed +tune +20 +NO/);
  const page = markdownReport(rows, ['20.20.2']);
  expect(page).toContain(
    '| npm/seen | tune | 20 | yes | yes | yes |  | 1.0 | proven | 100 % | error self-wake |',
  );
  expect(page).toContain(String.raw`a \| b |`);
  expect(page).toContain('busy/busy (borderline)');
  expect(page).not.toMatch(/\d{4}-\d\d-\d\d/);
});
