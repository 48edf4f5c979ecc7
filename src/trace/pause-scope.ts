/** The names that a paused frame can see, as source text that reads them later in the same place. */
import type { InspectorSession } from './inspector-session.ts';
import type { CallFrame } from './pause-control.ts';

/** The global scopes hold everybody's state, which is nobody's. */
const SCOPES = new Set(['local', 'block', 'catch', 'closure', 'module', 'eval']);

/** What Node's module wrapper puts into scope: the module graph, not the program's state. */
const WRAPPER_NAMES = new Set(['module', 'exports', 'require', '__filename', '__dirname']);

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** More names than this are not read. */
const MAX_NAMES = 60;

interface Property {
  name: string;
  value?: { type: string };
}

/** `{"a":()=>a,…,"this":()=>this}`: arrows, so that each name can fail on its own. */
export async function scopeReaders(session: InspectorSession, frame: CallFrame): Promise<string> {
  const names = new Set<string>();
  for (const { type, object } of frame.scopeChain) {
    if (!SCOPES.has(type) || object.objectId === undefined) continue;
    // In sequence: requests in parallel wait for each other on some transports.
    const { result } = await session.post<{ result: Property[] }>('Runtime.getProperties', {
      objectId: object.objectId,
      ownProperties: true,
    });
    const isOuter = type !== 'local' && type !== 'block';
    for (const { name, value } of result) {
      if (names.size >= MAX_NAMES || !IDENTIFIER.test(name) || WRAPPER_NAMES.has(name)) continue;
      // Functions of the surroundings are code, not state.
      if (isOuter && value?.type === 'function') continue;
      names.add(name);
    }
  }
  names.delete('this');
  names.delete('arguments');
  const readers = [...names].map((name) => `${JSON.stringify(name)}:()=>${name}`);
  return `{${[...readers, '"this":()=>this'].join(',')}}`;
}
