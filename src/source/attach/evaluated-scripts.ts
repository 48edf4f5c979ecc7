/** Source maps of code that the program compiled in memory: only its debugger knows them. */
import { fileURLToPath } from 'node:url';

export class EvaluatedScripts {
  readonly #maps = new Map<string, string>();

  add({ url, sourceMapURL }: { url: string; sourceMapURL?: string }): void {
    if (sourceMapURL?.startsWith('data:')) this.#maps.set(pathOf(url), sourceMapURL);
  }

  /** The `data:` URL of the map of the code that runs as `path`; null where there is none. */
  of(path: string): string | null {
    return this.#maps.get(path) ?? null;
  }
}

function pathOf(url: string): string {
  try {
    return url.startsWith('file:') ? fileURLToPath(url) : url;
  } catch {
    return url;
  }
}
