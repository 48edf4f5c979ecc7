/** Text in the columns of a terminal: some characters take two of them, and some none. */

/** East Asian ones, and what is drawn as a picture. */
const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;
/** Marks on the character before, joiners, and vowels within a Korean syllable. */
const NONE = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;
/** Half of a flag each. */
const FLAG_HALF = /[\u{1f1e6}-\u{1f1ff}]/u;
/** What `paint` puts around text. */
const COLOR = /\u001b\[[\d;]*m/y;

export function widthOf(text: string): number {
  let width = 0;
  for (const { cells } of piecesOf(text)) width += cells;
  return width;
}

/** Exactly so many columns: cut in its middle (the ends of a name tell most), or filled up with spaces. */
export function fitted(text: string, width: number): string {
  if (width <= 0) return '';
  const own = widthOf(text);
  if (own <= width) return text + ' '.repeat(width - own);
  const pieces = [...piecesOf(text)];
  const head = taken(pieces, Math.ceil((width - 1) / 2));
  const tail = taken(pieces.toReversed(), Math.floor((width - 1) / 2)).toReversed();
  const cut = [...head, '…', ...tail].join('');
  return cut + ' '.repeat(Math.max(0, width - widthOf(cut)));
}

/** The same, cut at its end: of a list the first tell most. */
export function leading(text: string, width: number): string {
  const own = widthOf(text);
  if (width <= 0 || own <= width) return fitted(text, width);
  const cut = `${taken([...piecesOf(text)], width - 1).join('')}…`;
  return cut + ' '.repeat(Math.max(0, width - widthOf(cut)));
}

/** The same, cut at its front: of a path and line the end tells most. */
export function trailing(text: string, width: number): string {
  if (width <= 0 || widthOf(text) <= width) return fitted(text, width);
  const pieces = [...piecesOf(text)].toReversed();
  const cut = `…${taken(pieces, width - 1)
    .toReversed()
    .join('')}`;
  return cut + ' '.repeat(Math.max(0, width - widthOf(cut)));
}

/** The same, at the right. */
export function rightmost(text: string, width: number): string {
  const own = widthOf(text);
  return own > width ? fitted(text, width) : ' '.repeat(width - own) + text;
}

/** Painted text in lines of at most so many columns, each of which can be printed alone. */
export function folded(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const whole of text.split('\n')) {
    let line = '';
    let used = 0;
    let colors = '';
    for (const { text: piece, cells } of piecesOf(whole)) {
      if (used + cells > Math.max(width, 2)) {
        lines.push(closed(line, colors));
        line = colors;
        used = 0;
      }
      line += piece;
      used += cells;
      if (cells === 0 && piece.startsWith('\u001b')) colors += piece;
    }
    lines.push(closed(line, colors));
  }
  return lines;
}

function closed(line: string, colors: string): string {
  return colors === '' ? line : `${line}\u001b[0m`;
}

function taken(pieces: readonly { text: string; cells: number }[], width: number): string[] {
  const texts: string[] = [];
  let used = 0;
  for (const { text, cells } of pieces) {
    if (used + cells > width) break;
    used += cells;
    texts.push(text);
  }
  return texts;
}

/** Characters, and colours as one piece each. */
function* piecesOf(text: string): Generator<{ text: string; cells: number }> {
  for (let at = 0; at < text.length; ) {
    COLOR.lastIndex = at;
    const color = COLOR.exec(text)?.[0];
    const piece = color ?? String.fromCodePoint(text.codePointAt(at)!);
    yield { text: piece, cells: color === undefined ? cellsOf(piece) : 0 };
    at += piece.length;
  }
}

function cellsOf(character: string): number {
  if (character <= '\u007e') return 1;
  if (NONE.test(character)) return 0;
  return WIDE.test(character) && !FLAG_HALF.test(character) ? 2 : 1;
}
