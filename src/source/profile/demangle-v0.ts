/**
 * Rust's newer mangling, `_R…`: a grammar of paths, types and constants with references back
 * into the symbol. Hashes of crates are left out, lifetimes are printed as `'_`.
 */

/** Symbols come from files of others: a short one may unfold without end. */
const MAX_DEPTH = 200;
const MAX_CHARS = 4000;

const BASIC_TYPES: Readonly<Record<string, string>> = {
  a: 'i8',
  b: 'bool',
  c: 'char',
  d: 'f64',
  e: 'str',
  f: 'f32',
  h: 'u8',
  i: 'isize',
  j: 'usize',
  l: 'i32',
  m: 'u32',
  n: 'i128',
  o: 'u128',
  p: '_',
  s: 'i16',
  t: 'u16',
  u: '()',
  v: '...',
  x: 'i64',
  y: 'u64',
  z: '!',
};

/** Null for what is not mangled so, or is damaged. */
export function demangleV0(symbol: string): string | null {
  const start = /^_{0,2}R(?=[A-Z])/.exec(symbol);
  if (start === null) return null;
  try {
    return new Demangler(symbol.slice(start[0].length)).path(true);
  } catch (error) {
    if (error instanceof Damaged) return null;
    throw error;
  }
}

class Damaged extends Error {}

class Demangler {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #chars = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** `isValue`: generic arguments of functions stand behind `::`. */
  path(isValue: boolean): string {
    return this.#nested(() => this.#pathOf(this.#next(), isValue));
  }

  #pathOf(tag: string, isValue: boolean): string {
    switch (tag) {
      case 'C':
        this.#disambiguator();
        return this.#identifier();
      case 'N':
        return this.#nestedName(isValue);
      case 'M':
        this.#implPath();
        return `<${this.#type()}>`;
      case 'X':
        this.#implPath();
        return `<${this.#type()} as ${this.path(false)}>`;
      case 'Y':
        return `<${this.#type()} as ${this.path(false)}>`;
      case 'I': {
        const path = this.path(isValue);
        const list = this.#listOf(() => this.#genericArgument());
        return `${path}${isValue ? '::' : ''}<${list.join(', ')}>`;
      }
      case 'B':
        return this.#backReference(() => this.path(isValue));
      default:
        throw new Damaged();
    }
  }

  #nestedName(isValue: boolean): string {
    const space = this.#next();
    const path = this.path(isValue);
    const number = this.#disambiguator();
    const name = this.#identifier();
    if (!/[A-Z]/.test(space)) return name === '' ? path : `${path}::${name}`;
    const kind = space === 'C' ? 'closure' : space === 'S' ? 'shim' : space;
    return `${path}::{${kind}${name === '' ? '' : `:${name}`}#${number}}`;
  }

  #implPath(): void {
    this.#disambiguator();
    this.path(false);
  }

  #genericArgument(): string {
    if (this.#takes('L')) {
      this.#base62();
      return "'_";
    }
    return this.#takes('K') ? this.#constant() : this.#type();
  }

  #type(): string {
    return this.#nested(() => this.#typeOf(this.#next()));
  }

  #typeOf(tag: string): string {
    const basic = BASIC_TYPES[tag];
    if (basic !== undefined) return basic;
    switch (tag) {
      case 'R':
      case 'Q':
        if (this.#takes('L')) this.#base62();
        return `&${tag === 'Q' ? 'mut ' : ''}${this.#type()}`;
      case 'P':
        return `*const ${this.#type()}`;
      case 'O':
        return `*mut ${this.#type()}`;
      case 'A': {
        const item = this.#type();
        return `[${item}; ${this.#constant()}]`;
      }
      case 'S':
        return `[${this.#type()}]`;
      case 'T': {
        const items = this.#listOf(() => this.#type());
        return `(${items.join(', ')}${items.length === 1 ? ',' : ''})`;
      }
      case 'F':
        return this.#functionType();
      case 'D':
        return this.#dynType();
      case 'B':
        return this.#backReference(() => this.#type());
      default:
        this.#at -= 1;
        return this.path(false);
    }
  }

  #functionType(): string {
    this.#binder();
    const isUnsafe = this.#takes('U');
    if (this.#takes('K') && !this.#takes('C')) this.#identifier();
    const inputs = this.#listOf(() => this.#type());
    const output = this.#takes('u') ? '' : ` -> ${this.#type()}`;
    return `${isUnsafe ? 'unsafe ' : ''}fn(${inputs.join(', ')})${output}`;
  }

  #dynType(): string {
    this.#binder();
    const bounds = this.#listOf(() => {
      const path = this.path(false);
      const bindings: string[] = [];
      while (this.#takes('p')) bindings.push(`${this.#identifier()} = ${this.#type()}`);
      if (bindings.length === 0) return path;
      const isOpen = path.endsWith('>');
      return `${isOpen ? `${path.slice(0, -1)}, ` : `${path}<`}${bindings.join(', ')}>`;
    });
    if (this.#takes('L')) this.#base62();
    return `dyn ${bounds.join(' + ')}`;
  }

  #constant(): string {
    return this.#nested(() => {
      if (this.#takes('B')) return this.#backReference(() => this.#constant());
      const type = this.#next();
      if (type === 'p') return '_';
      if (!/[ahijlmnostxybc]/.test(type)) throw new Damaged();
      const sign = this.#takes('n') ? '-' : '';
      const digits = this.#until('_');
      if (!/^[0-9a-f]*$/.test(digits)) throw new Damaged();
      const value = BigInt(`0x${digits === '' ? '0' : digits}`);
      if (type === 'b') return value === 0n ? 'false' : 'true';
      if (type === 'c') return `'\\u{${value.toString(16)}}'`;
      return `${sign}${value}`;
    });
  }

  #binder(): void {
    if (this.#takes('G')) this.#base62();
  }

  /** The parser goes on behind the reference, whatever was read at its target. */
  #backReference(read: () => string): string {
    const from = this.#at - 1;
    const target = this.#base62();
    if (target >= from) throw new Damaged();
    const after = this.#at;
    this.#at = target;
    const text = this.#nested(read);
    this.#at = after;
    return text;
  }

  #listOf(read: () => string): string[] {
    const items: string[] = [];
    while (!this.#takes('E')) items.push(read());
    return items;
  }

  #disambiguator(): number {
    return this.#takes('s') ? this.#base62() + 1 : 0;
  }

  #identifier(): string {
    const isPunycode = this.#takes('u');
    const digits = /^(?:0|[1-9]\d{0,5})/.exec(this.#text.slice(this.#at, this.#at + 6))?.[0];
    if (digits === undefined) throw new Damaged();
    this.#at += digits.length;
    this.#takes('_');
    const end = this.#at + Number(digits);
    if (end > this.#text.length) throw new Damaged();
    const name = this.#text.slice(this.#at, end);
    this.#at = end;
    this.#chars += name.length;
    if (this.#chars > MAX_CHARS) throw new Damaged();
    return isPunycode ? `punycode{${name}}` : name;
  }

  /** Hashes do not fit: nobody asks for their last digits. */
  #base62(): number {
    if (this.#takes('_')) return 0;
    let value = 0;
    for (;;) {
      const digit = this.#next();
      if (digit === '_') return value + 1;
      const code = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf(digit);
      if (code < 0) throw new Damaged();
      value = value * 62 + code;
    }
  }

  #nested(read: () => string): string {
    this.#depth += 1;
    this.#chars += 1;
    if (this.#depth > MAX_DEPTH || this.#chars > MAX_CHARS) throw new Damaged();
    const text = read();
    this.#depth -= 1;
    return text;
  }

  #until(end: string): string {
    const to = this.#text.indexOf(end, this.#at);
    if (to < 0) throw new Damaged();
    const text = this.#text.slice(this.#at, to);
    this.#at = to + 1;
    return text;
  }

  #takes(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #next(): string {
    const character = this.#text[this.#at];
    if (character === undefined) throw new Damaged();
    this.#at += 1;
    return character;
  }
}
