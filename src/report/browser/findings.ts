import type { FindingData } from '../page-data.ts';
import { el, grouped } from './element.ts';

export function findingsSection(findings: readonly FindingData[], more: number): HTMLElement {
  const cards = findings.map((finding, i) => card(finding, i === 0));
  const rest = more > 0 ? el('p', {}, `… and ${grouped(more)} more in the JSON report.`) : null;
  return el('section', { id: 'findings', 'aria-label': 'Findings' }, ...cards, rest);
}

function card(finding: FindingData, isOpen: boolean): HTMLElement {
  const { rule, level, confidence, unit, message, advice, place } = finding;
  const summary = el(
    'summary',
    {},
    el('span', { class: `level ${level}` }, level),
    el('strong', {}, unit),
    el('code', {}, rule),
    el('span', { class: 'dim' }, confidence),
    el('span', { class: 'dim place' }, place ?? 'place not known'),
  );
  return el(
    'details',
    { class: `finding ${level}`, open: isOpen },
    summary,
    el('p', { class: 'message' }, message),
    code(finding),
    evidence(finding),
    layers(finding),
    course(finding),
    facts(finding),
    el('p', { class: 'advice' }, el('b', {}, 'What to do. '), advice),
    rulePage(finding),
  );
}

function code({ code: frame }: FindingData): HTMLElement | null {
  if (frame === null) return null;
  const lines = frame.lines.map((text, i) => {
    const number = frame.firstLine + i;
    const isHere = number === frame.line;
    return el(
      'span',
      { class: isHere ? 'line here' : 'line' },
      el('span', { class: 'number' }, String(number).padStart(5)),
      ` ${text}`,
    );
  });
  return el(
    'pre',
    { class: 'code', tabindex: 0, 'aria-label': 'Source' },
    el('code', {}, ...lines),
  );
}

function evidence({ evidence: items }: FindingData): HTMLElement {
  const rows = items.map(([name, value, limit]) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, name),
      el('td', {}, value),
      el('td', { class: 'dim' }, limit),
    ),
  );
  return el('table', { class: 'evidence' }, el('tbody', {}, ...rows));
}

function layers({ chain }: FindingData): HTMLElement | null {
  if (chain.length < 2) return null;
  const items = chain.map(({ name, place, isGuilty }, depth) => {
    const item = el(
      'li',
      { class: isGuilty ? 'guilty' : null },
      name,
      ' ',
      el('span', { class: 'dim' }, place),
      isGuilty ? ' ◀ here' : null,
    );
    item.style.paddingInlineStart = `${depth * 1.2}em`;
    return item;
  });
  return el(
    'div',
    {},
    el('h4', {}, 'Layers, from the outermost'),
    el('ol', { class: 'chain' }, ...items),
  );
}

function course({ cycle }: FindingData): HTMLElement | null {
  if (cycle.length === 0) return null;
  const rows = cycle.map(({ unit, place, wakes, via }) =>
    el(
      'tr',
      {},
      el('td', {}, unit),
      el('td', { class: 'n' }, `${grouped(wakes)}×`),
      el('td', {}, via),
      el('td', { class: 'dim' }, place),
    ),
  );
  return el(
    'div',
    {},
    el('h4', {}, 'What the loop runs through'),
    el('table', {}, el('tbody', {}, ...rows)),
  );
}

function facts({ task, test, process }: FindingData): HTMLElement {
  const all = [
    test === null ? null : `test ${test}`,
    task === null ? null : `task ${task}`,
    `process ${process}`,
  ];
  return el('p', { class: 'dim' }, all.filter((fact) => fact !== null).join(' · '));
}

function rulePage({ page, rule }: FindingData): HTMLElement | null {
  if (page === '') return null;
  return el('details', { class: 'page' }, el('summary', {}, `About ${rule}`), el('pre', {}, page));
}
