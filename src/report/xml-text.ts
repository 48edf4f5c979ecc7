/** Text from the watched program in XML: no name may end an element or forge one. */
import { cleanText } from './clean-text.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

export function attribute(name: string, value: string): string {
  return `${name}="${escaped(cleanText(value))}"`;
}

/** Its line ends are kept. */
export function textNode(text: string): string {
  return text.split('\n').map(cleanText).map(escaped).join('\n');
}

/** XML has no place for two characters that are none. */
function escaped(text: string): string {
  return text
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
