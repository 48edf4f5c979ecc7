/** Text from the watched program in Markdown: shown as it stands, never a heading, a link or a tag. */
import { cleanText } from './clean-text.ts';
import { shortened } from './paint.ts';

/** A name that is longer says no more. */
const LONGEST_SPAN = 200;

/** A sentence. `@` would call somebody, `#` would refer to an issue. */
export function plainText(text: string): string {
  return cleanText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replace(/[\\`*_{}[\]()#+!|~-]/g, '\\$&')
    .replace(/\b(https?|ftp):/gi, '$1&#58;')
    .replace(/\bwww\./gi, 'www&#46;');
}

/** A name, in a line or a heading. */
export function codeSpan(text: string): string {
  const clean = shortened(cleanText(text), LONGEST_SPAN);
  const ticks = '`'.repeat(longestRun(clean) + 1);
  const gap = clean === '' || clean.startsWith('`') || clean.endsWith('`') ? ' ' : '';
  return `${ticks}${gap}${clean}${gap}${ticks}`;
}

/** Lines of text, each clean already. */
export function fenced(text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${text}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}
