/** An object as JSON that is safe to print: what a terminal would obey is written as its number. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  // Inside of strings only can these stand, so the object stays the same.
  return `${text.replace(UNSAFE, (character) => `\\u${code(character)}`)}\n`;
}

// DEL, C1, line and paragraph separators, direction marks, byte order mark: JSON allows them as they are.
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function code(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, '0');
}
