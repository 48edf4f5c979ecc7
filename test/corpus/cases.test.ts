import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { casesIn, halfOf, ROOT } from './cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfwake-cases-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lay(id: string, files: Record<string, unknown>): void {
  mkdirSync(join(folder, id));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, id, name), JSON.stringify(content));
  }
}

it('reads spins with their twins, and healthy programs', () => {
  const places = { guiltyFile: 'lib/x', guiltyFunction: 'poll|^$', line: 11 };
  lay('b-spin', { 'case.json': { ...places, nodes: ['20'] }, 'spin.mjs': '', 'healthy.mjs': '' });
  lay('a-busy', { 'case.json': { borderline: true }, 'run.mjs': '' });
  lay('no-case', { 'run.mjs': '' });
  const cases = casesIn([folder, join(folder, 'missing')]);
  expect(cases.map(({ id, script }) => `${id} ${script}`)).toEqual([
    'a-busy run.mjs',
    'b-spin spin.mjs',
    'b-spin/healthy healthy.mjs',
  ]);
  const [busy, spin, twin] = cases;
  expect(busy).toMatchObject({ isBorderline: true, guilty: null, nodes: null });
  expect(spin?.guilty?.line).toBe(11);
  expect(spin?.onsetSeconds).toBe(0);
  expect(spin?.nodes).toEqual(['20']);
  expect(twin?.half).toBe(spin?.half);
});

it('puts about as many names into the one half as into the other, always alike', () => {
  const halves = Array.from({ length: 1000 }, (_, i) => halfOf(`case-${i}`));
  expect(halves.filter((half) => half === 'tune').length).toBeGreaterThan(400);
  expect(halves.filter((half) => half === 'kept').length).toBeGreaterThan(400);
  expect(halfOf('case-1')).toBe(halfOf('case-1'));
});

it('every case of the project says why it is here, is named as its folder, and pins what it needs', () => {
  const own = casesIn([join(ROOT, 'fixtures/npm'), join(ROOT, 'fixtures/busy')]);
  expect(own.length).toBeGreaterThan(60);
  for (const { id, folder: at, guilty } of own) {
    const facts = readJson(join(at, 'case.json'));
    expect(facts['id'], id).toBe(id.replace('/healthy', ''));
    if (guilty === null && !id.endsWith('/healthy')) {
      expect(facts, id).toMatchObject({
        what: expect.any(String),
        whyTricky: expect.any(String),
        exits: true,
      });
    }
    const { dependencies = {} } = readJson(join(at, 'package.json')) as {
      dependencies?: Record<string, string>;
    };
    for (const version of Object.values(dependencies))
      expect(version, id).toMatch(/(^|@)\d+\.\d+\.\d+/);
  }
});

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}
