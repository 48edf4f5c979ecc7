/**
 * What runs has entered asynchronous contexts, of which Node keeps a stack. What is ended
 * from outside leaves them there, and Node aborts itself when it finds them. It forgets them
 * itself when an exception ends what runs, by setting the numbers that are set here: they
 * are in no public object, only in the scope of a function that reads them.
 */
import type { InspectorSession } from './inspector-session.ts';

/** Reads the numbers; the same on Node 20 to 26. */
const READER = "process.getBuiltinModule('async_hooks').executionAsyncId";

const NAMES = [
  'async_hook_fields',
  'kStackLength',
  'async_id_fields',
  'kExecutionAsyncId',
  'kTriggerAsyncId',
] as const;

const FORGET = `function (length, ids, execution, trigger) {
  this[length] = 0;
  ids[execution] = 0;
  ids[trigger] = 0;
}`;

interface RemoteValue {
  objectId?: string;
  value?: unknown;
}

interface Properties {
  result: { name: string; value?: RemoteValue }[];
  internalProperties?: { name: string; value?: RemoteValue }[];
}

/** Forgets the stack of a thread that is paused and shall be ended; false where Node keeps none such. */
export async function forgetAsyncIds(session: InspectorSession): Promise<boolean> {
  const { result: reader } = await session.post<{ result: RemoteValue }>('Runtime.evaluate', {
    expression: READER,
  });
  const { internalProperties = [] } = await propertiesOf(session, reader);
  const scopes = internalProperties.find(({ name }) => name === '[[Scopes]]')?.value;
  for (const { value: scope } of (await propertiesOf(session, scopes)).result) {
    const { result: variables } = await propertiesOf(session, scope);
    const found = NAMES.map((own) => variables.find(({ name }) => name === own)?.value);
    const [fields, ...rest] = found;
    if (fields?.objectId === undefined || rest.includes(undefined)) continue;
    await session.post('Runtime.callFunctionOn', {
      objectId: fields.objectId,
      functionDeclaration: FORGET,
      arguments: rest.map((each) =>
        each?.objectId === undefined ? { value: each?.value } : { objectId: each.objectId },
      ),
    });
    return true;
  }
  return false;
}

async function propertiesOf(
  session: InspectorSession,
  value: RemoteValue | undefined,
): Promise<Properties> {
  if (value?.objectId === undefined) return { result: [] };
  const { objectId } = value;
  return session.post<Properties>('Runtime.getProperties', { objectId, ownProperties: true });
}
