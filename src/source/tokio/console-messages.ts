/**
 * tokio-console's messages, as far as they are read: fields by name and number. What is not
 * named here is skipped when a message is decoded, and costs next to nothing. Numbers of 64 bits
 * are `Long`s: ids stay exact.
 */
import type { INamespace } from 'protobufjs/light.js';
import { commonJs, ourPart } from './optional-parts.ts';

interface FieldDescription {
  type: string;
  id: number;
  rule?: 'repeated';
  keyType?: string;
}

const field = (type: string, id: number): FieldDescription => ({ type, id });
const list = (type: string, id: number): FieldDescription => ({ rule: 'repeated', type, id });
const message = (fields: Record<string, FieldDescription>) => ({ fields });
const mapOf = (type: string, id: number): FieldDescription => ({ keyType: 'uint64', type, id });

const MESSAGES: NonNullable<INamespace['nested']> = {
  Empty: message({}),
  Id: message({ id: field('uint64', 1) }),
  // Seconds fit 32 bits until 2106; five of these come with each task, each second.
  Timestamp: message({ seconds: field('uint32', 1), nanos: field('uint32', 2) }),
  Location: message({
    file: field('string', 1),
    modulePath: field('string', 2),
    line: field('uint32', 3),
    column: field('uint32', 4),
  }),
  Field: message({
    strName: field('string', 1),
    nameIdx: field('uint64', 2),
    debugVal: field('string', 3),
    strVal: field('string', 4),
    u64Val: field('uint64', 5),
    i64Val: field('sint64', 6),
    boolVal: field('bool', 7),
    metadataId: field('Id', 8),
  }),
  Metadata: message({
    name: field('string', 1),
    target: field('string', 2),
    location: field('Location', 4),
    fieldNames: list('string', 7),
  }),
  NewMetadata: message({ id: field('Id', 1), metadata: field('Metadata', 2) }),
  RegisterMetadata: message({ metadata: list('NewMetadata', 1) }),
  PollStats: message({
    polls: field('uint64', 1),
    lastPollStarted: field('Timestamp', 4),
    lastPollEnded: field('Timestamp', 5),
    busyTime: field('Timestamp', 6),
  }),
  TaskStats: message({
    droppedAt: field('Timestamp', 2),
    wakes: field('uint64', 3),
    wakerClones: field('uint64', 4),
    wakerDrops: field('uint64', 5),
    lastWake: field('Timestamp', 6),
    pollStats: field('PollStats', 7),
    selfWakes: field('uint64', 8),
    scheduledTime: field('Timestamp', 9),
  }),
  Task: message({
    id: field('Id', 1),
    metadata: field('Id', 2),
    fields: list('Field', 4),
    location: field('Location', 6),
  }),
  TaskUpdate: message({
    newTasks: list('Task', 1),
    statsUpdate: mapOf('TaskStats', 3),
    droppedEvents: field('uint64', 4),
  }),
  PollOp: message({
    resourceId: field('Id', 3),
    name: field('string', 4),
    taskId: field('Id', 5),
    isReady: field('bool', 7),
  }),
  ResourceUpdate: message({ newPollOps: list('PollOp', 3), droppedEvents: field('uint64', 4) }),
  AsyncOpUpdate: message({ droppedEvents: field('uint64', 3) }),
  Update: message({
    now: field('Timestamp', 1),
    taskUpdate: field('TaskUpdate', 2),
    resourceUpdate: field('ResourceUpdate', 3),
    asyncOpUpdate: field('AsyncOpUpdate', 4),
    newMetadata: field('RegisterMetadata', 5),
  }),
};

/** 64 bits, exact. */
export interface Long {
  toNumber(): number;
  toUnsigned(): Long;
  toString(): string;
}

/** As decoded: what was absent is null or empty, whatever the server's version. */
export interface Timestamp {
  seconds: number;
  nanos: number;
}

export interface TaskStats {
  droppedAt: Timestamp | null;
  wakes: Long;
  wakerClones: Long;
  wakerDrops: Long;
  lastWake: Timestamp | null;
  pollStats: {
    polls: Long;
    lastPollStarted: Timestamp | null;
    lastPollEnded: Timestamp | null;
    busyTime: Timestamp | null;
  } | null;
  selfWakes: Long;
  /** Null from servers before console-subscriber 0.1.9. */
  scheduledTime: Timestamp | null;
}

export interface FieldValue {
  strName: string;
  nameIdx: Long;
  debugVal: string;
  strVal: string;
  u64Val: Long;
  metadataId: { id: Long } | null;
}

export interface NewTask {
  id: { id: Long } | null;
  fields: FieldValue[];
  location: { file: string; modulePath: string; line: number; column: number } | null;
}

export interface Update {
  now: Timestamp | null;
  taskUpdate: {
    newTasks: NewTask[];
    /** Keys are ids as {@link ConsoleCodec.keyOf} writes them. */
    statsUpdate: Record<string, TaskStats>;
    droppedEvents: Long;
  } | null;
  resourceUpdate: {
    newPollOps: {
      resourceId: { id: Long } | null;
      taskId: { id: Long } | null;
      name: string;
      isReady: boolean;
    }[];
    droppedEvents: Long;
  } | null;
  asyncOpUpdate: { droppedEvents: Long } | null;
  newMetadata: {
    metadata: { id: { id: Long } | null; metadata: { fieldNames: string[] } | null }[];
  } | null;
}

export interface ConsoleCodec {
  /** @throws {Error} for what is cut, or no message of this kind. */
  decodeUpdate(bytes: Uint8Array): Update;
  encodeUpdate(update: object): Uint8Array;
  /** A 64-bit id as a key that is exact. */
  keyOf(id: Long): string;
}

export async function loadConsoleCodec(): Promise<ConsoleCodec> {
  const { Root, util } = await ourPart(async () => commonJs(await import('protobufjs/light.js')));
  const update = Root.fromJSON({ nested: MESSAGES }).lookupType('Update');
  return {
    decodeUpdate: (bytes) => update.decode(bytes) as unknown as Update,
    encodeUpdate: (object) => update.encode(update.fromObject(object)).finish(),
    keyOf: (id) => util.longToHash(id as never),
  };
}
