/**
 * Rust's older mangling: `_ZN`, the parts of a path each behind its length, a hash, `E`. What is
 * no letter in a part is escaped by `$…$` or dots. Tools that take it for C++ undo the lengths and
 * leave the escapes: those are undone here as well.
 */

const ESCAPES: Readonly<Record<string, string>> = {
  SP: '@',
  BP: '*',
  RF: '&',
  LT: '<',
  GT: '>',
  LP: '(',
  RP: ')',
  C: ',',
};

const HASH = /^h[0-9a-f]{16}$/;

/** Null for what is not mangled so. */
export function demangleLegacy(symbol: string): string | null {
  const start = /^_{0,2}ZN(?=\d)/.exec(symbol);
  if (start === null) return null;
  const parts: string[] = [];
  let at = start[0].length;
  while (symbol[at] !== 'E') {
    const digits = /^\d{1,5}/.exec(symbol.slice(at, at + 5))?.[0];
    if (digits === undefined) return null;
    const from = at + digits.length;
    at = from + Number(digits);
    if (at > symbol.length) return null;
    parts.push(symbol.slice(from, at));
  }
  // C++ has names of this form, too: only the hash tells.
  if (!HASH.test(parts.pop() ?? '')) return null;
  return parts.map(unescapedPart).join('::');
}

/** A name that was taken for C++: escapes left, the hash as the last part of the path. */
export function withoutEscapes(name: string): string {
  const path = name.replace(/::h[0-9a-f]{16}\b/, '');
  if (!path.includes('$')) return path;
  return path.split('::').map(unescapedPart).join('::');
}

function unescapedPart(part: string): string {
  const rest = part.startsWith('_$') ? part.slice(1) : part;
  return rest
    .replaceAll('..', '::')
    .replace(/\$([A-Z]{1,2}|u[0-9a-f]{1,6})\$/g, (whole, code: string) => {
      if (!code.startsWith('u')) return ESCAPES[code] ?? whole;
      const point = Number.parseInt(code.slice(1), 16);
      return point < 0x11_0000 ? String.fromCodePoint(point) : whole;
    });
}
