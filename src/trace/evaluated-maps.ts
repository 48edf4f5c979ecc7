/**
 * The source maps of code that was compiled in memory and evaluated under the name of its
 * source, as test runners do: only V8 knows them. It tells them to a debugger, which is on
 * for a few milliseconds, and only where somebody maps the stack traces of this program:
 * else there is no such code.
 */
import { Session } from 'node:inspector';
import { fileURLToPath } from 'node:url';

interface ParsedScript {
  url: string;
  sourceMapURL?: string;
}

export class EvaluatedMaps {
  /** Path of a script → its map, a `data:` URL; null for one that has none. */
  readonly #maps = new Map<string, string | null>();

  /** The `data:` URL of the map of the code that runs as `path`; null where there is none. */
  of(path: string): string | null {
    if (typeof Error.prepareStackTrace !== 'function') return null;
    if (!this.#maps.has(path)) {
      this.#maps.set(path, null);
      this.#learn();
    }
    return this.#maps.get(path) ?? null;
  }

  #learn(): void {
    const session = new Session();
    try {
      session.connect();
      session.on('Debugger.scriptParsed', ({ params }: { params: ParsedScript }) => {
        const { url, sourceMapURL } = params;
        if (sourceMapURL?.startsWith('data:')) this.#maps.set(pathOf(url), sourceMapURL);
      });
      session.post('Debugger.enable');
      session.post('Debugger.disable');
    } catch {
      // The program may not use the inspector: places are then those of the code that runs.
    } finally {
      session.disconnect();
    }
  }
}

function pathOf(url: string): string {
  try {
    return url.startsWith('file:') ? fileURLToPath(url) : url;
  } catch {
    return url;
  }
}
