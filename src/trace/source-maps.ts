/**
 * Positions of running code to positions of source text. Node's own cache is asked first
 * (it holds the maps of loaders, whose output is on no disk), then V8 for code that was
 * evaluated, then the file for a map that it names; one without a map is its own source.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire, findSourceMap } from 'node:module';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as TraceMapping from '@jridgewell/trace-mapping';
import type { Place } from '../model/recording.ts';
import { type Frame, qualifiedName } from './call-sites.ts';
import { EvaluatedMaps } from './evaluated-maps.ts';

/** Larger files are not searched for a map: reading them would cost more than it tells. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

const IN_DEPENDENCY = /[\\/]node_modules[\\/]/;

const require = createRequire(import.meta.url);

/** Loaded with the first map: a program that is only watched needs none. */
function tracing(): typeof TraceMapping {
  return require('@jridgewell/trace-mapping') as typeof TraceMapping;
}

interface Position {
  file: string;
  line: number;
  column: number;
}

function pathOf(url: string): string {
  if (!url.startsWith('file:')) return url;
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}

function readMap(path: string): TraceMapping.TraceMap | null {
  try {
    const facts = statSync(path);
    // A path is what a program said: a device or a pipe would never end.
    if (!facts.isFile() || facts.size > MAX_FILE_BYTES) return null;
    const text = readFileSync(path, 'utf8');
    const match = /\/\/[#@] sourceMappingURL=([^\s'"]+)\s*$/m.exec(text.slice(-1_000_000));
    const url = match?.[1];
    if (!url) return null;
    if (url.startsWith('data:')) return inlineMap(url, path);
    const mapPath = resolve(dirname(path), decodeURIComponent(url));
    return existsSync(mapPath) ? traceMap(readFileSync(mapPath, 'utf8'), mapPath) : null;
  } catch {
    return null;
  }
}

function inlineMap(url: string, path: string): TraceMapping.TraceMap | null {
  const inline = /^data:application\/json[^,]*?(;base64)?,(.*)$/s.exec(url);
  if (!inline) return null;
  const body = inline[2] ?? '';
  try {
    const json = inline[1] ? Buffer.from(body, 'base64').toString() : decodeURIComponent(body);
    return traceMap(json, path);
  } catch {
    return null;
  }
}

function traceMap(json: string, path: string): TraceMapping.TraceMap {
  const { TraceMap } = tracing();
  return new TraceMap(json, path);
}

/** Maps frames to places; remembers what it read. Not for a hot path. */
export class PlaceMapper {
  readonly #root: string;
  readonly #maps = new Map<string, TraceMapping.TraceMap | null>();
  readonly #evaluated: Pick<EvaluatedMaps, 'of'>;

  /** Files below `root` become relative to it. `evaluated` knows maps that are in no file. */
  constructor(root: string, evaluated: Pick<EvaluatedMaps, 'of'> = new EvaluatedMaps()) {
    this.#root = root;
    this.#evaluated = evaluated;
  }

  /** The frame's place in source text. */
  place(frame: Frame): Place {
    const position = this.#original(frame);
    return {
      file: this.#shorten(position.file),
      line: position.line,
      column: position.column,
      functionName: qualifiedName(frame),
    };
  }

  /** The place of a frame whose lines are those of the source text already. */
  placeAsPrinted(frame: Frame): Place {
    const { line, column } = frame;
    return {
      file: this.#shorten(pathOf(frame.url)),
      line,
      column,
      functionName: qualifiedName(frame),
    };
  }

  #shorten(file: string): string {
    if (!isAbsolute(file)) return file;
    const short = relative(this.#root, file);
    const isInside = short !== '' && !short.startsWith('..') && !isAbsolute(short);
    return isInside ? short.split(sep).join('/') : file;
  }

  #original(frame: Frame): Position {
    const path = pathOf(frame.url);
    const plain = { file: path, line: frame.line, column: frame.column };
    // A dependency's own sources are hardly ever there: its place is where it runs.
    if (frame.url.startsWith('node:') || IN_DEPENDENCY.test(path)) return plain;
    return this.#fromNode(frame) ?? this.#fromMap(path, frame) ?? plain;
  }

  #fromNode(frame: Frame): Position | null {
    try {
      const entry = (findSourceMap(frame.url) ?? findSourceMap(pathOf(frame.url)))?.findEntry(
        frame.line - 1,
        frame.column - 1,
      );
      if (!entry || !('originalSource' in entry)) return null;
      return {
        file: pathOf(entry.originalSource),
        line: entry.originalLine + 1,
        column: entry.originalColumn + 1,
      };
    } catch {
      return null;
    }
  }

  #fromMap(path: string, frame: Frame): Position | null {
    if (!isAbsolute(path)) return null;
    let map = this.#maps.get(path);
    if (map === undefined) {
      const evaluated = this.#evaluated.of(path);
      map = evaluated === null ? readMap(path) : inlineMap(evaluated, path);
      this.#maps.set(path, map);
    }
    if (!map) return null;
    const original = tracing().originalPositionFor(map, {
      line: frame.line,
      column: frame.column - 1,
    });
    if (original.source === null) return null;
    return {
      file: resolve(dirname(path), pathOf(original.source)),
      line: original.line,
      column: original.column + 1,
    };
  }
}
