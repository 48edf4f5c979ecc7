/** A task and its numbers out of the console's messages. */
import type { Place } from '../../model/recording.ts';
import type {
  FieldValue,
  Long,
  NewTask,
  TaskStats,
  Timestamp,
  Update,
} from './console-messages.ts';
import type { Snapshot } from './task-state.ts';

/** What the server says of a task when it begins. */
export interface TaskFacts {
  name: string;
  kind: string;
  spawnedAt: Place | null;
  sizeBytes: number;
  originalBytes: number;
}

/** A clock of a server: 64-bit seconds and nanoseconds into numbers that are exact. */
export class ServerClock {
  readonly #baseSeconds: number;
  readonly startedAtMs: number;

  constructor(now: Timestamp) {
    this.#baseSeconds = now.seconds;
    this.startedAtMs = this.#baseSeconds * 1000;
  }

  /** Nanoseconds since the segment's start, below zero before it; -Infinity for never. */
  at(time: Timestamp | null): number {
    if (time === null) return -Infinity;
    return (time.seconds - this.#baseSeconds) * 1e9 + time.nanos;
  }
}

export function taskFacts({ fields, location }: NewTask, names: FieldNames): TaskFacts {
  const values = new Map(fields.map((field) => [names.nameOf(field), field]));
  const text = (name: string) => {
    const field = values.get(name);
    return field === undefined ? '' : field.strVal || field.debugVal;
  };
  const number = (name: string) => values.get(name)?.u64Val.toNumber() ?? 0;
  const sizeBytes = number('size.bytes');
  const tokioId = number('task.id');
  return {
    name: text('task.name') || (tokioId > 0 ? `tokio task ${tokioId}` : 'a tokio task'),
    kind: text('kind') || 'task',
    spawnedAt: location === null ? null : placeOf(location),
    sizeBytes,
    originalBytes: values.has('original_size.bytes') ? number('original_size.bytes') : sizeBytes,
  };
}

function placeOf({ file, line, column }: NonNullable<NewTask['location']>): Place | null {
  if (file === '') return null;
  return { file, line: Math.max(1, line), column: Math.max(1, column), functionName: null };
}

/** Names of fields, which a server may give once, with the metadata, and then by number. */
export class FieldNames {
  readonly #byMetadata = new Map<string, string[]>();

  learn(update: Update): void {
    for (const { id, metadata } of update.newMetadata?.metadata ?? []) {
      if (id !== null && metadata !== null) {
        this.#byMetadata.set(id.id.toString(), metadata.fieldNames);
      }
    }
  }

  nameOf({ strName, nameIdx, metadataId }: FieldValue): string {
    if (strName !== '' || metadataId === null) return strName;
    return this.#byMetadata.get(metadataId.id.toString())?.[nameIdx.toNumber()] ?? '';
  }
}

export function snapshotOf(stats: TaskStats, at: number, clock: ServerClock): Snapshot {
  const { pollStats } = stats;
  return {
    at,
    polls: pollStats === null ? 0 : counted(pollStats.polls),
    wakes: counted(stats.wakes),
    selfWakes: counted(stats.selfWakes),
    clones: counted(stats.wakerClones),
    drops: counted(stats.wakerDrops),
    busyNs: duration(pollStats?.busyTime ?? null),
    scheduledNs: duration(stats.scheduledTime),
    lastWakeAt: clock.at(stats.lastWake),
    pollStartedAt: clock.at(pollStats?.lastPollStarted ?? null),
    pollEndedAt: clock.at(pollStats?.lastPollEnded ?? null),
    isDropped: stats.droppedAt !== null,
  };
}

/** Hostile servers may count with any bits: unsigned, and no more than a number holds. */
function counted(value: Long): number {
  return Math.min(value.toUnsigned().toNumber(), Number.MAX_SAFE_INTEGER);
}

function duration(time: Timestamp | null): number {
  return time === null ? 0 : Math.max(0, time.seconds * 1e9 + time.nanos);
}
