/**
 * Which numbers a program compares with which, read from the text of its functions: a
 * counter that is held against a bound is on its way there, one that nobody compares only
 * counts. The text decides nothing alone; values say whether the bound lies ahead.
 */
import type { AnyFunction } from './object-graph.ts';

/** What a name is compared with: a literal, another name, or something that has no name. */
export type Bound =
  | { kind: 'literal'; value: number }
  | { kind: 'name'; name: string; owner: string | null }
  | { kind: 'unknown' };

const NAME = '#?[\\p{ID_Start}$_][\\p{ID_Continue}$]*';
const PATH = `${NAME}(?:\\s*\\??\\.\\s*${NAME})*`;
const OPERAND = new RegExp(
  `(?<![\\w$.])(?:(?<literal>\\d[\\d_]*(?:\\.\\d+)?(?:e\\d+)?)n?|(?<name>${PATH}))(?![\\p{ID_Continue}$]|\\s*\\()`,
  'gu',
);
/** A comparison, and what stands to both sides of it up to the next thing that binds weaker. */
const COMPARISON =
  /(?<left>[^;{}(,&|?:=<>!]{1,80})(?<operator>[=!]==?|[<>]=?)(?![<>=])(?<right>[^;{}),&|?:=<>!]{1,80})/gu;

/** An index into a list or a text: it ends where that ends. */
const SUBSCRIPT = new RegExp(
  `(?<owner>${PATH})\\s*(?:(?:\\?\\.)?\\[|\\.(?:at|charAt|charCodeAt|codePointAt)\\()\\s*(?<index>${PATH})(?:\\+\\+)?\\s*[\\])]`,
  'gu',
);

/** What is written for people, or is text: `// <- here` is no comparison. */
const NOT_CODE =
  /\/\*[^]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[^]|[^`\\])*`/g;

const known = new WeakMap<AnyFunction, ReadonlyMap<string, Bound[]>>();

/** Per name, what it is compared with in a function. */
function comparisonsIn(fn: AnyFunction): ReadonlyMap<string, Bound[]> {
  let found = known.get(fn);
  if (!found) {
    found = read(Function.prototype.toString.call(fn));
    known.set(fn, found);
  }
  return found;
}

function read(text: string): ReadonlyMap<string, Bound[]> {
  const found = new Map<string, Bound[]>();
  const code = text.replace(NOT_CODE, (piece) => (piece.startsWith('/') ? ' ' : "''"));
  for (const { groups } of code.matchAll(COMPARISON)) {
    const { left = '', operator = '', right = '' } = groups ?? {};
    // A remainder says when to do something, not when to end.
    if (left.includes('%') || right.includes('%')) continue;
    const isOrder = operator.startsWith('<') || operator.startsWith('>');
    const [onLeft, onRight] = [operands(left), operands(right)];
    add(found, onLeft, onRight, isOrder);
    add(found, onRight, onLeft, isOrder);
  }
  for (const { groups } of code.matchAll(SUBSCRIPT)) {
    const { owner = '', index = '' } = groups ?? {};
    const end: Bound = { kind: 'name', name: 'length', owner: lastOf(owner) };
    const name = lastOf(index);
    found.set(name, [...(found.get(name) ?? []), end]);
  }
  return found;
}

function lastOf(path: string): string {
  return path.split(/\s*\??\.\s*/).at(-1)!;
}

function add(
  found: Map<string, Bound[]>,
  these: readonly Bound[],
  those: readonly Bound[],
  isOrder: boolean,
): void {
  for (const one of these) {
    if (one.kind !== 'name') continue;
    const bounds = found.get(one.name) ?? [];
    bounds.push(...those);
    if (those.length === 0 && isOrder) bounds.push({ kind: 'unknown' });
    found.set(one.name, bounds);
  }
}

function operands(text: string): Bound[] {
  return [...text.matchAll(OPERAND)].map(({ groups }): Bound => {
    const { literal, name = '' } = groups ?? {};
    if (literal !== undefined)
      return { kind: 'literal', value: Number(literal.replaceAll('_', '')) };
    const parts = name.split(/\s*\??\.\s*/);
    return { kind: 'name', name: parts.at(-1)!, owner: parts.at(-2) ?? null };
  });
}

/** What any of the functions, or the text beside them, compares `name` with. */
export function boundsOf(name: string, code: Iterable<AnyFunction>, text = ''): Bound[] {
  const bounds: Bound[] = [...(comparisonsInText(text).get(name) ?? [])];
  for (const fn of code) bounds.push(...(comparisonsIn(fn).get(name) ?? []));
  return bounds;
}

/** The text that was read last: a comparison of states asks for all names in it in turn. */
let latest: { text: string; found: ReadonlyMap<string, Bound[]> } = { text: '', found: new Map() };

function comparisonsInText(text: string): ReadonlyMap<string, Bound[]> {
  if (text !== latest.text) latest = { text, found: read(text) };
  return latest.found;
}
