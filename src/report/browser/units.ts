import type { PageData } from '../page-data.ts';
import { el, grouped } from './element.ts';

/** Rows that are shown at once; a button brings more. */
const PAGE = 100;

type Row = PageData['units'][number];

/** All units: to search, and to sort by any column. */
export function unitsSection({ units, columns, moreUnits }: PageData): HTMLElement | null {
  if (units.length === 0) return null;
  const titles = ['unit', 'kind', 'place', ...columns];
  const searched = units.map((row) => `${row[0]}\n${row[1]}\n${row[2]}`.toLowerCase());
  let order: Row[] = [...units];
  let shown = PAGE;
  let sortedBy: { column: number; isAscending: boolean } | null = null;

  const search = el('input', {
    type: 'search',
    id: 'search',
    placeholder: 'name, kind or place',
    'aria-label': 'Search units',
  });
  const count = el('output', { id: 'count', for: 'search' });
  const body = el('tbody');
  const more = el('button', { type: 'button', id: 'more' }, 'more');
  const headers = titles.map((title, column) => {
    const button = el('button', { type: 'button' }, title);
    button.addEventListener('click', () => sortBy(column));
    return el('th', { scope: 'col', class: column > 2 ? 'n' : null, 'aria-sort': 'none' }, button);
  });

  const apply = (): void => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    order = units.filter((_, i) => words.every((word) => searched[i]!.includes(word)));
    if (sortedBy !== null) {
      const { column, isAscending } = sortedBy;
      order.sort((a, b) => (isAscending ? 1 : -1) * compare(a[column]!, b[column]!));
    }
    draw();
  };
  const draw = (): void => {
    body.replaceChildren(...order.slice(0, shown).map(rowOf));
    const left = moreUnits > 0 ? ` (${grouped(moreUnits)} more in the JSON report)` : '';
    count.textContent = `${grouped(order.length)} of ${grouped(units.length)} units${left}`;
    more.hidden = order.length <= shown;
  };
  const sortBy = (column: number): void => {
    // Numbers are asked for from the largest, names from the first.
    const first = column <= 2;
    const isAscending = sortedBy?.column === column ? !sortedBy.isAscending : first;
    sortedBy = { column, isAscending };
    headers.forEach((header, i) => {
      const direction = isAscending ? 'ascending' : 'descending';
      header.setAttribute('aria-sort', i === column ? direction : 'none');
    });
    apply();
  };
  search.addEventListener('input', () => {
    shown = PAGE;
    apply();
  });
  more.addEventListener('click', () => {
    shown += PAGE * 5;
    draw();
  });
  draw();
  return el(
    'section',
    { id: 'units', 'aria-label': 'Units' },
    el('h2', {}, 'Units'),
    el('p', { class: 'tools' }, search, ' ', count),
    el(
      'div',
      { class: 'scroll', tabindex: 0 },
      el('table', {}, el('thead', {}, el('tr', {}, ...headers)), body),
    ),
    more,
  );
}

function rowOf(row: Row): HTMLElement {
  return el(
    'tr',
    {},
    ...row.map((cell) =>
      typeof cell === 'number' ? el('td', { class: 'n' }, grouped(cell)) : el('td', {}, cell),
    ),
  );
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}
