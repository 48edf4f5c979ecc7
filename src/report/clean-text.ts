/**
 * Names and sentences come from the watched program, so they may hold anything: escape
 * sequences that move the cursor, line ends that forge a line of the report, marks that
 * turn the direction of writing. All of these are shown, never obeyed.
 */

// Controls (C0, DEL, C1), line and paragraph separators, direction marks, byte order mark, halves of pairs.
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Cs}]/gu;

const LONGEST = 2000;

/** One line of harmless text. */
export function cleanText(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return short.replace(UNSAFE, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** A line of source text: the same, with tabs as spaces. */
export function cleanCode(text: string): string {
  return cleanText(text.replaceAll('\t', '  '));
}
