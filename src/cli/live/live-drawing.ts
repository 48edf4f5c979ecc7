/** Draws the live view: rows, what was chosen and the size of the screen in, its lines out. Pure. */
import { paintOf, rounded, type Paint } from '../../report/paint.ts';
import { fitted, folded, leading, rightmost, trailing, widthOf } from './cells.ts';
import { indexIn, type LiveState } from './live-state.ts';
import { type LiveRow, type Measure, MEASURES } from './live-row.ts';
import { TREND_LOOKS } from './live-rows.ts';
import { sparkline } from './sparkline.ts';

export interface Picture {
  /** Rows that are wanted, in order. */
  rows: readonly LiveRow[];
  state: LiveState;
  columns: number;
  lines: number;
  hasColor: boolean;
  /** What is watched. */
  title: string;
  /** How long, how much, what was found. */
  summary: string;
  /** Said last; empty: nothing. */
  sentence: string;
  /** The page that is open, painted. */
  page: string;
  hasOutput: boolean;
  /** Keys can be pressed. */
  hasKeys: boolean;
}

export interface Drawn {
  /** As many as the screen has, each as wide as it at most. */
  lines: string[];
  /** Rows, or lines of the page, that fit. */
  fits: number;
  mostScroll: number;
}

/** Least of a name that tells anything, and what it has before it makes room for the last columns. */
const LEAST_NAME = 14;
const USUAL_NAME = 22;
const LEAST_TREND = 9;
const LEAST_PLACE = 8;

interface Column {
  title: string;
  width: number;
  isNumber: boolean;
  text(row: LiveRow, width: number): string;
}

type Key = Measure | 'level' | 'process' | 'trend';

/** What is given up last comes first; the later ones only where a name has all the room it wants. */
const ESSENTIAL: readonly Key[] = ['level', 'polls', 'cpu', 'trend', 'self', 'turns'];
const FURTHER: readonly Key[] = ['process', 'barren', 'traces'];
/** From left to right; names stand behind the level. */
const ORDER: readonly Key[] = ['level', 'process', ...MEASURES, 'trend'];

const TITLES: Readonly<Record<Measure, string>> = {
  polls: 'polls/s',
  self: 'self/s',
  barren: 'barren/s',
  cpu: 'cpu',
  turns: 'turns/s',
  traces: 'traces',
};

export function drawn(picture: Picture): Drawn {
  const { columns, lines: height, state, hasColor, title, summary, sentence } = picture;
  const paint = paintOf({ hasColor, width: columns });
  const head = [headLine(title, summary, columns, paint)];
  const says = sentence !== '' && height >= 8 ? [leading(sentence, columns)] : [];
  const foot = height >= 3 ? [paint.dim(leading(hints(picture), columns))] : [];
  const room = Math.max(0, height - head.length - says.length - foot.length);
  const body = state.page === 'table' ? tableLines(picture, room, paint) : pageLines(picture, room);
  const filled = [...body.lines, ...new Array<string>(room).fill('')].slice(0, room);
  return { ...body, lines: [...head, ...filled, ...says, ...foot].slice(0, height) };
}

function headLine(title: string, summary: string, columns: number, paint: Paint): string {
  const left = columns - widthOf(summary) - 2;
  if (left < 8) return leading(summary, columns);
  return `${paint.bold(leading(title, left))}  ${summary}`;
}

function hints({ state, hasOutput, hasKeys }: Picture): string {
  if (!hasKeys) return 'Ctrl-C ends';
  if (state.isTyping) return `filter: ${state.filter}▏  Enter keeps it, Esc clears it`;
  if (state.page !== 'table') return '↑↓ PgUp PgDn scroll  Esc back';
  const filter = state.filter === '' ? '/ filter' : `/ filter: ${state.filter}`;
  const output = hasOutput ? '  o output' : '';
  return `q quit  ? help  ↑↓ Enter open  s sort: ${state.order}  ${filter}${output}`;
}

function pageLines({ page, state, columns }: Picture, room: number): Drawn {
  const all = folded(page, columns);
  const mostScroll = Math.max(0, all.length - room);
  const from = Math.min(state.scroll, mostScroll);
  return { lines: all.slice(from, from + room), fits: room, mostScroll };
}

function tableLines(picture: Picture, room: number, paint: Paint): Drawn {
  const { rows, state, columns } = picture;
  const hasTitles = room >= 3;
  const fits = Math.max(1, room - (hasTitles ? 1 : 0));
  if (rows.length === 0) {
    const text = state.filter === '' ? 'Nothing has run yet.' : `Nothing has '${state.filter}'.`;
    return { lines: [leading(text, columns)], fits, mostScroll: 0 };
  }
  const marked = indexIn(
    rows.map(({ id }) => id),
    state,
  );
  const first = Math.max(0, Math.min(marked - (fits >> 1), rows.length - fits));
  const layout = layoutOf(picture);
  const titles = layout.columns.map(([, column]) => cell(column.title, column));
  const drawnRows = rows.slice(first, first + fits).map((row, i) => {
    const cells = layout.columns.map(([key, column]) => {
      const text = cell(column.text(row, column.width), column);
      const [finding] = row.findings;
      return key === 'level' && finding !== undefined ? paint.level(finding.level, text) : text;
    });
    const isMarked = first + i === marked;
    const text = rowText(cells, nameText(row, layout.name, paint));
    return isMarked ? paint.marked(`>${text}`) : ` ${text}`;
  });
  const titleLine = paint.dim(` ${rowText(titles, fitted('unit', layout.name))}`);
  const lines = hasTitles ? [titleLine, ...drawnRows] : drawnRows;
  return { lines, fits, mostScroll: 0 };
}

/** The level stands first, the name next, all else behind it. */
function rowText([level, ...others]: readonly string[], name: string): string {
  return (level === undefined ? [name] : [level, name, ...others]).join(' ');
}

function cell(text: string, { width, isNumber }: Column): string {
  return isNumber ? rightmost(text, width) : fitted(text, width);
}

interface Layout {
  columns: [Key, Column][];
  name: number;
}

function layoutOf({ rows, columns: screen, state }: Picture): Layout {
  const all = columnsOf(rows, state);
  // What is left of the line for names, behind the mark of the row.
  let name = screen - 1;
  const taken = new Map<Key, Column>();
  for (const [keys, least] of [
    [ESSENTIAL, LEAST_NAME],
    [FURTHER, USUAL_NAME],
  ] as const) {
    for (const key of keys) {
      const column = all.get(key);
      if (column === undefined) continue;
      if (name - column.width - 1 < least) break;
      name -= column.width + 1;
      taken.set(key, column);
    }
  }
  const trend = taken.get('trend');
  if (trend !== undefined) {
    const wanted = rows.reduce((most, row) => Math.max(most, wholeWidth(row)), USUAL_NAME);
    const more = Math.max(0, Math.min(TREND_LOOKS - trend.width, name - wanted));
    taken.set('trend', { ...trend, width: trend.width + more });
    name -= more;
  }
  const columns = ORDER.flatMap((key) => {
    const column = taken.get(key);
    return column === undefined ? [] : [[key, column] satisfies [Key, Column]];
  });
  return { columns, name };
}

/** Those that have anything to show. */
function columnsOf(rows: readonly LiveRow[], { order }: LiveState): Map<Key, Column> {
  const all = new Map<Key, Column>();
  const level = ({ findings }: LiveRow): string => findings[0]?.level ?? '';
  all.set('level', { title: 'level', width: 7, isNumber: false, text: level });
  const processes = new Set(rows.map(({ process }) => process));
  if (processes.size > 1) {
    const width = Math.min(15, Math.max(7, ...[...processes].map(widthOf)));
    const text = ({ process }: LiveRow): string => process;
    all.set('process', { title: 'process', width, isNumber: false, text });
  }
  for (const measure of MEASURES) {
    if (!rows.some(({ values }) => values[measure] !== null)) continue;
    const title = TITLES[measure] + (order === measure ? '↓' : '');
    const width = Math.max(5, title.length);
    const text = (row: LiveRow): string => valueText(row, measure);
    all.set(measure, { title, width, isNumber: true, text });
  }
  const trend = { title: 'last 30 s', width: LEAST_TREND, isNumber: true };
  all.set('trend', { ...trend, text: trendText });
  return all;
}

function valueText({ values }: LiveRow, measure: Measure): string {
  const value = values[measure];
  if (value === null) return '';
  if (measure === 'cpu') return `${Math.round(value * 100)} %`;
  return rounded(Math.round(value));
}

function wholeWidth({ name, place }: LiveRow): number {
  return widthOf(name) + (place === '' ? 0 : 2 + widthOf(place));
}

function nameText({ name, place, kind }: LiveRow, width: number, paint: Paint): string {
  const room = width - widthOf(name) - 2;
  if (place === '' || room < Math.min(widthOf(place), LEAST_PLACE)) return fitted(name, width);
  const where = kind === 'thread' ? leading(place, room) : trailing(place, room);
  return `${name}  ${paint.dim(where)}`;
}

/** As high as it gets; of CPU, all of a core. The newest look is at the right. */
function trendText({ kind, trend }: LiveRow, width: number): string {
  const bars = meansFromTheEnd(trend, Math.ceil(TREND_LOOKS / width));
  return sparkline(bars, kind === 'thread' ? 1 : Math.max(...bars, 0));
}

/** Where there is less room than looks, several of them are one bar. */
function meansFromTheEnd(values: readonly number[], each: number): number[] {
  const means: number[] = [];
  for (let end = values.length; end > 0; end -= each) {
    const some = values.slice(Math.max(0, end - each), end);
    means.unshift(some.reduce((a, b) => a + b, 0) / some.length);
  }
  return means;
}
