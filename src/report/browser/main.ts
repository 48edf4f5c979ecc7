/** The page: made once, from the data in it. */
import type { PageData } from '../page-data.ts';
import { el } from './element.ts';
import { findingsSection } from './findings.ts';
import { graphSection } from './graph.ts';
import { lanesSection } from './lanes.ts';
import { stacksSection } from './stacks.ts';
import { unitsSection } from './units.ts';

const VERDICTS: Readonly<Record<PageData['verdict'], string>> = {
  ok: 'No busy loop found',
  found: 'Busy loops found',
  'not-enough': 'Nothing found, and too little seen to call it fine',
};

const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData;
document.getElementById('page')?.append(...sections());
document.addEventListener('keydown', onKey);
addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details.finding'))
    details.setAttribute('open', '');
});

function sections(): Node[] {
  const { verdict, seen, findings, moreFindings, remarks } = data;
  const theme = el('button', { type: 'button', id: 'theme' }, 'Light or dark');
  theme.addEventListener('click', turnTheme);
  const parts: (Node | null)[] = [
    el(
      'header',
      {},
      el('h1', { class: verdict }, VERDICTS[verdict]),
      el('p', { class: 'dim' }, `${seen} · selfwake ${data.toolVersion}`),
      el(
        'p',
        { class: 'keys dim' },
        'Keys: j and k go through the findings, / searches, t turns light and dark.',
      ),
      theme,
    ),
    findingsSection(findings, moreFindings),
    graphSection(data.graph),
    stacksSection(data.stacks),
    lanesSection(data.lanes),
    unitsSection(data),
    remarks.length === 0
      ? null
      : el('footer', {}, ...remarks.map((text) => el('p', { class: 'dim' }, text))),
  ];
  return parts.filter((part) => part !== null);
}

function turnTheme(): void {
  const { dataset } = document.documentElement;
  const isDark =
    dataset['theme'] === 'dark' ||
    (dataset['theme'] === undefined && matchMedia('(prefers-color-scheme: dark)').matches);
  dataset['theme'] = isDark ? 'light' : 'dark';
}

function onKey(event: KeyboardEvent): void {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target instanceof HTMLInputElement) {
    if (key === 'Escape') target.blur();
    return;
  }
  if (key === 't') turnTheme();
  if (key === 'j' || key === 'k') goTo(key === 'j' ? 1 : -1);
  if (key === '/') {
    event.preventDefault();
    document.getElementById('search')?.focus();
  }
}

function goTo(step: number): void {
  const all = [...document.querySelectorAll<HTMLElement>('details.finding > summary')];
  const now = all.indexOf(document.activeElement as HTMLElement);
  const next = all[Math.max(0, Math.min(all.length - 1, now + step))];
  next?.focus();
  next?.scrollIntoView({ block: 'start' });
}
