import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DOC_HEADINGS, thresholdsSection } from '../../src/rules/docs.ts';
import { RULES, RULES_BY_ID } from '../../src/rules/index.ts';

const folder = new URL('../../src/rules/', import.meta.url);
const pageOf = (id: string) => readFileSync(new URL(`${id}.md`, folder), 'utf8');

/** Heading → text of a page's H2 sections, in their order. */
function sectionsOf(page: string): Map<string, string> {
  const [, ...sections] = page.split(/^## /m);
  return new Map(
    sections.map((section) => {
      const end = section.indexOf('\n');
      return [section.slice(0, end), section.slice(end).trim()];
    }),
  );
}

describe('the pages of the rules', () => {
  it('are one for each rule, and each rule is a file of its name', () => {
    const names = readdirSync(folder);
    const pages = names.filter((name) => name.endsWith('.md'));
    expect(pages.map((name) => name.replace('.md', '')).sort()).toEqual(
      [...RULES_BY_ID.keys()].sort(),
    );
    for (const id of RULES_BY_ID.keys()) expect(names).toContain(`${id}.ts`);
  });

  describe.each(RULES.map(({ meta }) => ({ id: meta.id, meta })))('$id', ({ id, meta }) => {
    const sections = sectionsOf(pageOf(id));

    it('has the fixed headings in the fixed order, none of them empty', () => {
      expect(pageOf(id).startsWith(`# ${id}\n`)).toBe(true);
      expect([...sections.keys()]).toEqual([...DOC_HEADINGS]);
      for (const [heading, text] of sections) expect(text, heading).not.toBe('');
    });

    it('shows the thresholds and defaults that the rule has', () => {
      expect(sections.get('Thresholds')).toBe(thresholdsSection(meta));
    });

    it('names each threshold where it says how it judges', () => {
      for (const key of Object.keys(meta.thresholds)) {
        expect(sections.get('How it is judged')).toContain(`\`${key}\``);
      }
    });

    it('has advice for each message, and a default within each range', () => {
      expect(Object.keys(meta.advice)).toEqual(Object.keys(meta.messages));
      for (const spec of Object.values(meta.thresholds)) {
        expect(spec.default).toBeGreaterThanOrEqual(spec.min);
        expect(spec.default).toBeLessThanOrEqual(spec.max);
        expect(spec.why).toMatch(/\.$/);
      }
    });
  });
});
