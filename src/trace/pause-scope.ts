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
export async function scopeReaders(
  session: InspectorSession,
  frame: CallFrame,
  options: { mentionedIn?: string } = {},
): Promise<string> {
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
      // Functions of the surroundings are code; what those close over that are called is state.
      if (isOuter && value?.type === 'function' && !isMentioned(name, options.mentionedIn))
        continue;
      names.add(name);
    }
  }
  names.delete('this');
  names.delete('arguments');
  const readers = [...names].map((name) => `${JSON.stringify(name)}:()=>${name}`);
  const hidden = (await privateNames(session, frame)).map(
    (name) => `"this.${name}":()=>this.${name}`,
  );
  return `{${[...readers, '"this":()=>this', ...hidden].join(',')}}`;
}

function isMentioned(name: string, text = ''): boolean {
  return new RegExp(`(?<![\\w$.])${name.replace(/\$/g, '\\$')}(?![\\w$])`).test(text);
}

/** Private fields of the receiver that code in this frame can name: a class's own methods can. */
async function privateNames(session: InspectorSession, frame: CallFrame): Promise<string[]> {
  const { objectId } = frame.this as { objectId?: string };
  if (objectId === undefined) return [];
  const { privateProperties = [] } = await session.post<{ privateProperties?: Property[] }>(
    'Runtime.getProperties',
    { objectId, ownProperties: true },
  );
  const names = privateProperties.map(({ name }) => name).filter((name) => /^#\w+$/.test(name));
  const named: string[] = [];
  for (const name of names.slice(0, MAX_NAMES)) {
    const reply = await session.post<{ exceptionDetails?: object }>(
      'Debugger.evaluateOnCallFrame',
      {
        callFrameId: frame.callFrameId,
        expression: `this.${name}`,
        silent: true,
        throwOnSideEffect: true,
      },
    );
    if (!reply.exceptionDetails) named.push(name);
  }
  return named;
}
