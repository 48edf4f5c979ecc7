/**
 * What the name of a Rust function says: whose method it is, of which trait, in which crate.
 * Three spellings are read: of symbols (`<a::T<U> as b::Tr>::poll`), of the newer mangling
 * (`<a::T>::poll`, `a::f::{closure#0}`) and of debuggers (`a::{impl#2}::poll<U>`,
 * `a::f::{async_fn#0}`).
 */
export interface FrameName {
  /** Whose method it is, without generic arguments; the function itself where it is nobody's. */
  owner: string;
  /** The trait whose method it is, where the name says so. */
  trait: string | null;
  /** The function's own name, closures in it left out. */
  method: string;
  crate: string;
  /** How many closures (or async bodies) lie between the function and this code. */
  closures: number;
}

const CLOSURE = /^\{(?:\{closure\}\}|closure|async_(?:fn|block|closure))/;
const OWNERLESS = /^\{(?:impl|\{impl)/;

export function frameName(name: string): FrameName {
  const { self, trait, path } = splitSelf(name);
  const segments = pathSegments(path);
  let closures = 0;
  while (CLOSURE.test(segments.at(-1) ?? '')) {
    segments.pop();
    closures += 1;
  }
  // A closure's own closures and shims carry the function's name before them.
  const kept = segments.filter((segment) => !CLOSURE.test(segment) && !/^\{+shim/.test(segment));
  closures += segments.length - kept.length;
  const method = withoutGenerics(kept.at(-1) ?? '');
  const before = kept.slice(0, -1).map(withoutGenerics);
  const owner = self === null ? ownerOf(before, method) : bareType(self);
  return {
    owner,
    trait: trait === null ? null : bareType(trait),
    method,
    crate: crateOf(owner),
    closures,
  };
}

/** `{impl#2}` hides the type: module and function name it as well as can be. */
function ownerOf(before: readonly string[], method: string): string {
  const last = before.at(-1) ?? '';
  const isType = /^[A-Z]/.test(last) || OWNERLESS.test(last);
  return (isType ? before : [...before, method]).join('::');
}

function splitSelf(name: string): { self: string | null; trait: string | null; path: string } {
  if (!name.startsWith('<')) return { self: null, trait: null, path: name };
  const end = closingAngle(name, 0);
  if (end < 0) return { self: null, trait: null, path: name };
  const inner = name.slice(1, end);
  const as = topLevelAs(inner);
  const path = name.slice(end + 1).replace(/^::/, '');
  return as < 0
    ? { self: inner, trait: null, path }
    : { self: inner.slice(0, as), trait: inner.slice(as + 4), path };
}

function closingAngle(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i += 1) {
    const character = text[i];
    if (character === '<') depth += 1;
    else if (character === '>' && text[i - 1] !== '-') {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return -1;
}

function topLevelAs(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (character === '<' || character === '(' || character === '[') depth += 1;
    else if (character === ')' || character === ']') depth -= 1;
    else if (character === '>' && text[i - 1] !== '-') depth -= 1;
    else if (depth === 0 && character === ' ' && text.startsWith(' as ', i)) return i;
  }
  return -1;
}

/** At `::` outside of all brackets. */
function pathSegments(path: string): string[] {
  const segments: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < path.length; i += 1) {
    const character = path[i];
    if (character === '<' || character === '(' || character === '[' || character === '{')
      depth += 1;
    else if (character === ')' || character === ']' || character === '}') depth -= 1;
    else if (character === '>' && path[i - 1] !== '-') depth -= 1;
    else if (depth === 0 && character === ':' && path[i + 1] === ':') {
      segments.push(path.slice(from, i));
      from = i + 2;
      i += 1;
    }
  }
  segments.push(path.slice(from));
  return segments.filter((segment) => segment !== '' && !/^<.*>$/.test(segment));
}

function withoutGenerics(segment: string): string {
  const angle = segment.indexOf('<');
  return angle > 0 ? segment.slice(0, angle) : segment;
}

/** A type's path without references, pointers and generic arguments. */
function bareType(type: string): string {
  const bare = type.replace(/^(?:&(?:mut )?|\*(?:mut|const) |dyn )+/, '');
  if (bare.startsWith('<')) {
    const { self, path } = splitSelf(bare);
    if (self !== null) return [bareType(self), path].filter((part) => part !== '').join('::');
  }
  return pathSegments(bare).map(withoutGenerics).join('::');
}

function crateOf(owner: string): string {
  return /^[A-Za-z_]\w*/.exec(owner)?.[0] ?? '';
}
