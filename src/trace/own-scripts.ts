/** Tells the scripts of this package from everybody else's, wherever it is installed. */
import { fileURLToPath } from 'node:url';
import { ATTACHED_URL } from './attached-script.ts';

/** The folder that holds this package's parts. */
export const BASE_URL = new URL('../', import.meta.url).href;
export const BASE_PATH = fileURLToPath(BASE_URL);

/** `url`: a script's name as V8 has it, a path or a `file:` URL. */
export function isOwnScript(url: string): boolean {
  return url.startsWith(BASE_URL) || url.startsWith(BASE_PATH) || url === ATTACHED_URL;
}
