/** What a person has chosen in the live view, and what each key changes of it. Pure. */
import { byName, type LiveRow, type Measure } from './live-row.ts';

export const ORDERS = ['suspicion', 'polls', 'self', 'cpu', 'turns', 'name'] as const;
export type Order = (typeof ORDERS)[number];

export interface LiveState {
  page: 'table' | 'detail' | 'output' | 'help';
  /** The row that is marked; null: the first one, whichever it is. */
  selected: string | null;
  /** Where it was last, for when it is gone. */
  index: number;
  order: Order;
  filter: string;
  /** Keys go into the filter. */
  isTyping: boolean;
  /** Lines of a page above the screen; more than there are: its end. */
  scroll: number;
}

export const FIRST_STATE: LiveState = {
  page: 'table',
  selected: null,
  index: 0,
  order: 'suspicion',
  filter: '',
  isTyping: false,
  scroll: 0,
};

/** What is on the screen while a key is pressed. */
export interface Shown {
  /** Ids of the rows, in order. */
  ids: readonly string[];
  /** Lines of a page, or rows, that fit. */
  fits: number;
  /** The most that a page can be scrolled. */
  mostScroll: number;
  /** The program's output is kept here. */
  hasOutput: boolean;
}

/** A key: its name, or the character itself. */
export function press(state: LiveState, key: string, shown: Shown): LiveState | 'quit' {
  if (state.isTyping) return type(state, key);
  if (state.page !== 'table') return turnPage(state, key, shown);
  const move = steps(key, shown.fits);
  if (move !== null) return moved(state, move, shown.ids);
  switch (key) {
    case 'q':
      return 'quit';
    case '?':
    case 'h':
      return { ...state, page: 'help', scroll: 0 };
    case 'o':
      return shown.hasOutput ? { ...state, page: 'output', scroll: Infinity } : state;
    case 's':
      return { ...state, order: ORDERS[(ORDERS.indexOf(state.order) + 1) % ORDERS.length]! };
    case '/':
      return { ...state, isTyping: true };
    case 'escape':
      return { ...state, filter: '', selected: null, index: 0 };
    case 'return':
    case 'right': {
      const selected = shown.ids[indexIn(shown.ids, state)];
      if (selected === undefined) return state;
      return { ...state, page: 'detail', selected, scroll: 0 };
    }
    default:
      return state;
  }
}

function type(state: LiveState, key: string): LiveState {
  const { filter } = state;
  if (key === 'return') return { ...state, isTyping: false };
  if (key === 'escape') return { ...state, isTyping: false, filter: '' };
  if (key === 'backspace') return { ...state, filter: filter.replace(/.$/su, '') };
  if (!/^.$/su.test(key)) return state;
  return { ...state, filter: filter + key, selected: null, index: 0 };
}

function turnPage(state: LiveState, key: string, { fits, mostScroll }: Shown): LiveState {
  const move = steps(key, fits);
  if (move !== null) {
    // Who follows the end, and moves up, leaves from there.
    const from = Math.min(state.scroll, mostScroll);
    const to = Math.max(0, from + move);
    return { ...state, scroll: move > 0 && to >= mostScroll ? atEnd(state, mostScroll) : to };
  }
  if (['q', 'escape', 'return', 'left', 'backspace', '?'].includes(key)) {
    return { ...state, page: 'table', scroll: 0 };
  }
  return state;
}

/** The end of the program's output moves on, and is followed; that of a finding is where it is. */
function atEnd({ page }: LiveState, mostScroll: number): number {
  return page === 'output' ? Infinity : mostScroll;
}

function steps(key: string, fits: number): number | null {
  switch (key) {
    case 'up':
    case 'k':
      return -1;
    case 'down':
    case 'j':
      return 1;
    case 'pageup':
      return -Math.max(1, fits - 1);
    case 'pagedown':
    case ' ':
      return Math.max(1, fits - 1);
    case 'home':
    case 'g':
      return -Infinity;
    case 'end':
    case 'G':
      return Infinity;
    default:
      return null;
  }
}

function moved(state: LiveState, by: number, ids: readonly string[]): LiveState {
  if (ids.length === 0) return state;
  const to = indexIn(ids, state) + by;
  const index = Math.max(0, Math.min(ids.length - 1, to));
  return { ...state, index, selected: ids[index]! };
}

/** Where the marked row is now; where it was, if it is gone. */
export function indexIn(ids: readonly string[], { selected, index }: LiveState): number {
  const at = selected === null ? 0 : ids.indexOf(selected);
  return at === -1 ? Math.max(0, Math.min(index, ids.length - 1)) : at;
}

/** The rows that are wanted, in the order that is. */
export function chosen(rows: readonly LiveRow[], { filter, order }: LiveState): LiveRow[] {
  const words = filter.toLowerCase();
  const wanted = rows.filter((row) => words === '' || textOf(row).includes(words));
  if (order === 'suspicion') return wanted;
  if (order === 'name') return wanted.sort(byName);
  return wanted.sort((a, b) => valueOf(b, order) - valueOf(a, order) || byName(a, b));
}

function textOf({ name, place, process, findings }: LiveRow): string {
  const found = findings.map(({ rule, level }) => `${level} ${rule}`);
  return [name, place, process, ...found].join('\n').toLowerCase();
}

function valueOf({ values }: LiveRow, measure: Measure): number {
  return values[measure] ?? -1;
}
