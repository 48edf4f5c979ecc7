import { expect, it } from 'vitest';
import type { Case } from './cases.ts';
import {
  judgeHealthy,
  judgeSpin,
  type Observation,
  type Report,
  type ReportedFinding,
} from './judge-case.ts';

const NODE = 'v20.20.2';

const spin: Case = {
  id: 'queue-polls-empty',
  group: 'npm',
  folder: 'fixtures/npm/queue-polls-empty',
  script: 'spin.mjs',
  guilty: { file: /some-queue\/lib/, functionName: /^(tryPick|)$/, line: 12 },
  half: 'tune',
  onsetSeconds: 0,
  nodes: null,
  isBorderline: false,
};
const healthy: Case = {
  ...spin,
  id: 'queue-polls-empty/healthy',
  script: 'healthy.mjs',
  guilty: null,
};
const GUILTY = { file: 'node_modules/some-queue/lib/pick.js', line: 12, functionName: 'tryPick' };
const VICTIM = { file: 'spin.mjs', line: 3, functionName: 'main' };

function finding(changes: Partial<ReportedFinding> = {}): ReportedFinding {
  return {
    rule: 'self-wake',
    level: 'error',
    confidence: 'proven',
    unit: { name: 'tryPick' },
    location: GUILTY,
    evidence: { cpuShare: { value: 97.4, unit: '%' }, state: { value: 'same' } },
    cycle: [],
    ...changes,
  };
}

function seen(findings: ReportedFinding[], changes: Partial<Observation> = {}): Observation {
  const report: Report = { verdict: findings.length > 0 ? 'found' : 'ok', findings };
  const calm = { exitCode: 0, stdout: 'done 12\n', stderr: '', hasHung: false };
  return { ...calm, report, verdictSeconds: findings.length > 0 ? 0.7 : null, ...changes };
}

const judged = (...findings: ReportedFinding[]) => judgeSpin(spin, NODE, seen(findings));

it('a finding at the guilty place is noticed, named, and named first', () => {
  expect(judged(finding())).toEqual({
    kind: 'spin',
    id: 'queue-polls-empty',
    group: 'npm',
    half: 'tune',
    node: NODE,
    isNoticed: true,
    isNamed: true,
    isNamedFirst: true,
    isLineNamed: true,
    seconds: 0.7,
    confidence: 'proven',
    cpuPercent: 97.4,
    remark: 'error self-wake (proven) in tryPick, tryPick at some-queue/lib/pick.js:12',
    findings: [finding()],
  });
});

it('a note is no finding', () => {
  const row = judged(finding({ level: 'note' }));
  expect(row).toMatchObject({ isNoticed: false, isNamed: false, isNamedFirst: false });
  expect(row.remark).toContain('note self-wake');
});

it('a member of the cycle, or a later finding, names the place but not first', () => {
  const cycle = [
    { unit: 'main', location: VICTIM },
    { unit: 'tryPick', location: GUILTY },
  ];
  const named = { isNoticed: true, isNamed: true, isNamedFirst: false };
  expect(judged(finding({ location: VICTIM, cycle }))).toMatchObject(named);
  expect(judged(finding({ location: VICTIM }), finding())).toMatchObject(named);
});

it.each([
  ['another function', { location: { ...GUILTY, functionName: 'other' } }],
  ['another file', { location: { ...GUILTY, file: 'node_modules/other/lib/pick.js' } }],
  ['no place', { location: null }],
])('%s is noticed only', (_, changes) => {
  expect(judged(finding(changes))).toMatchObject({ isNoticed: true, isNamed: false });
});

it('finds the file in an absolute path, one of Windows, and a URL; a function without name is ""', () => {
  for (const file of [
    '/somewhere/node_modules/some-queue/lib/pick.js',
    String.raw`C:\somewhere\node_modules\some-queue\lib\pick.js`,
    'file:///somewhere/node_modules/some-queue/lib/pick.js',
  ]) {
    const location = { file, line: 12, functionName: null };
    expect(judged(finding({ location }))).toMatchObject({ isNamedFirst: true });
  }
});

it('tells the line apart, where the case says which it is', () => {
  const other = judged(finding({ location: { ...GUILTY, line: 13 } }));
  expect(other).toMatchObject({ isNamedFirst: true, isLineNamed: false });
  const anyLine = { ...spin, guilty: { file: /pick/, functionName: /tryPick/, line: null } };
  expect(judgeSpin(anyLine, NODE, seen([finding()])).isLineNamed).toBeNull();
});

it('counts from the onset', () => {
  expect(judgeSpin({ ...spin, onsetSeconds: 0.5 }, NODE, seen([finding()])).seconds).toBeCloseTo(
    0.2,
  );
});

it('a run that left no report was not noticed, and says what it printed', () => {
  const row = judgeSpin(spin, NODE, seen([], { report: null, stderr: 'no such option' }));
  expect(row).toMatchObject({ isNoticed: false, remark: 'no report: "no such option"' });
});

it('a healthy program is silent and unchanged, however much it did', () => {
  const plain = { exitCode: 0, stdout: 'tick\ntick\ndone 3.5\n' };
  const quiet = seen([], { stdout: 'tick\ndone 12\n' });
  expect(judgeHealthy(healthy, NODE, quiet, plain)).toMatchObject({
    isSilent: true,
    isUnchanged: true,
    remark: '',
  });
  const noted = seen([finding({ level: 'note' })]);
  expect(judgeHealthy(healthy, NODE, noted, plain).isSilent).toBe(true);
});

it('a flagged healthy program is not silent; its output is judged apart', () => {
  const plain = { exitCode: 0, stdout: 'done 3\n' };
  const row = judgeHealthy(healthy, NODE, seen([finding({ level: 'warning' })]), plain);
  expect(row).toMatchObject({ isSilent: false, isUnchanged: true });
});

it.each([
  ['another exit code', { exitCode: 3 }],
  ['other words', { stdout: 'failed 12\n' }],
  ['a program that hung', { hasHung: true }],
])('%s is a change', (_, changes) => {
  const row = judgeHealthy(healthy, NODE, seen([], changes), { exitCode: 0, stdout: 'done 12\n' });
  expect(row).toMatchObject({ isSilent: true, isUnchanged: false });
  expect(row.remark).not.toBe('');
});

it('a program that fails by itself is no healthy program', () => {
  const row = judgeHealthy(healthy, NODE, seen([], { exitCode: 1 }), {
    exitCode: 1,
    stdout: 'done 1\n',
  });
  expect(row.isUnchanged).toBe(false);
});

it('without a report nobody knows that it was silent', () => {
  const row = judgeHealthy(healthy, NODE, seen([], { report: null }), { exitCode: 0, stdout: '' });
  expect(row).toMatchObject({ isSilent: false, isUnchanged: false });
});
