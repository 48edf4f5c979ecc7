/**
 * The shape of a recording's lines, as JSON Schema (2020-12). It is the one description:
 * `recording.schema.json` is this object printed, and {@link schemaProblem} judges lines
 * from outside by it. Fields and line types that it does not name are allowed, so that an
 * older reader takes a newer writer's additions.
 */
import type { Schema } from './schema-problem.ts';
import { COUNTER_NAMES } from './counters.ts';
import { RECORDING_SCHEMA_VERSION } from './recording.ts';

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const count: Schema = { type: 'integer', minimum: 0 };
const measure: Schema = { type: 'number', minimum: 0 };
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
const list = (items: Schema): Schema => ({ type: 'array', items });
const oneOf = (...values: string[]): Schema => ({ enum: values });

/** Every field named is required, but those whose names end in `?`. */
function object(fields: Record<string, Schema>): Schema {
  const entries = Object.entries(fields);
  return {
    type: 'object',
    properties: Object.fromEntries(
      entries.map(([name, schema]) => [name.replace('?', ''), schema]),
    ),
    required: entries.flatMap(([name]) => (name.endsWith('?') ? [] : [name])),
  };
}

const MESSAGES = object({ count, fresh: count });

const CAPABILITY = oneOf(
  'polls',
  'self-wakes',
  'reads',
  'task-wakes',
  'stuck-polls',
  'collected-wakers',
  'quiet',
  'polls-after-ready',
  'loops',
  'stacks',
  'task-rates',
);

const WAKE_VIA = oneOf(
  'waker',
  'yield',
  'promise',
  'nextTick',
  'microtask',
  'immediate',
  'timer',
  'io',
  'message',
);

const anySuspicion = {
  id: text,
  at: count,
  since: count,
  task: orNull(count),
  unit: count,
  place: orNull(ref('place')),
  chain: list(ref('layer')),
  attribution: oneOf('poll-stack', 'call-sites', 'tap', 'pause', 'stacks', 'task-type'),
  state: ref('state'),
  'test?': text,
};

const SUSPICIONS: Readonly<Record<string, Record<string, Schema>>> = {
  'self-wake': {
    via: oneOf('waker', 'yield', 'promise', 'microtask', 'nextTick', 'immediate'),
    streak: count,
    meanPollNs: measure,
  },
  'empty-ready': {
    operation: oneOf('read', 'write', 'fill', 'next', 'tick'),
    streak: count,
    isInsideOnePoll: flag,
    perSecond: measure,
  },
  cycle: {
    hops: count,
    meanPollNs: measure,
    members: list(object({ task: count, unit: count, place: orNull(ref('place')), wakes: count })),
  },
  'stuck-poll': { forMs: measure, hasReturned: flag },
  'lost-waker': { how: oneOf('collected', 'quiet', 'dropped'), isAwaited: flag },
  'poll-after-ready': { count },
  loop: {
    via: WAKE_VIA,
    isInsideOneRun: flag,
    isSource: flag,
    birthsPerSecond: measure,
    fails: flag,
    bringsData: flag,
    exchange: object({ sent: MESSAGES, received: MESSAGES }),
    members: list(
      object({ unit: count, place: orNull(ref('place')), wakes: count, via: WAKE_VIA }),
    ),
    perSecond: measure,
    meanRunMs: measure,
    share: measure,
    cpuShare: measure,
    isStarving: flag,
    delayMs: orNull(measure),
    isInterval: flag,
    oddDelay: orNull(text),
    traces: count,
  },
  'hot-polls': {
    shape: oneOf('self-wake', 'other-wake', 'inside'),
    samples: count,
    share: measure,
    wakeShare: measure,
    wakesOfShape: measure,
    overheadShare: measure,
    kernelShare: measure,
    workShare: measure,
    innerShare: measure,
    reads: count,
    readsWithData: count,
  },
  'poll-rate': {
    via: oneOf('self', 'deferred', 'unseen', 'others'),
    windows: list(
      object({
        perSecond: measure,
        selfShare: measure,
        outsidePerPoll: measure,
        meanPollNs: measure,
        idleShare: measure,
        readyPerPoll: measure,
      }),
    ),
    streak: orNull(count),
    isSeen: flag,
    hasCompany: flag,
    members: list(object({ task: count, unit: count, place: orNull(ref('place')), wakes: count })),
  },
  'self-wakes': { wakes: count, selfWakes: count },
  'future-size': { bytes: count, originalBytes: count },
};

const LINES: Readonly<Record<string, Record<string, Schema>>> = {
  header: { schemaVersion: { type: 'integer', minimum: 1 }, tool: text, toolVersion: text },
  segment: {
    id: text,
    source: oneOf('executor', 'probe', 'attach', 'tokio', 'profile'),
    process: ref('process'),
    startedAtMs: measure,
    root: text,
    sees: list(CAPABILITY),
  },
  unit: { segment: text, unit: ref('unit') },
  task: {
    segment: text,
    task: object({
      id: count,
      unit: count,
      name: orNull(text),
      spawnedAt: orNull(ref('place')),
    }),
  },
  counts: {
    segment: text,
    at: count,
    units: list({
      type: 'array',
      prefixItems: [count, { ...list(measure), $comment: COUNTER_NAMES.join(' ') }],
      minItems: 2,
      maxItems: 2,
    }),
    tasks: list(ref('taskCounts')),
    edges: list(object({ from: orNull(count), to: count, via: WAKE_VIA, count })),
    liveTasks: count,
    dropped: count,
  },
  suspicion: { segment: text, suspicion: ref('suspicion') },
  watched: {
    segment: text,
    at: count,
    traces: count,
    tracedNs: count,
    'cpuNs?': count,
    'turns?': count,
  },
  sampled: { segment: text, at: count, samples: count, inPolls: count },
  blind: { segment: text, blind: object({ need: CAPABILITY, why: text }) },
  end: { segment: text, at: count, exitCode: orNull({ type: 'integer' }), signal: orNull(text) },
};

/** Line types that this version knows. */
export const LINE_TYPES: ReadonlySet<string> = new Set(Object.keys(LINES));

export const recordingSchema: Schema & { $defs: Record<string, Schema> } = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `urn:selfwake:recording:${RECORDING_SCHEMA_VERSION}`,
  title: 'A line of a selfwake recording',
  ...tagged('type', LINES),
  $defs: {
    place: object({
      file: text,
      line: { type: 'integer', minimum: 1 },
      column: { type: 'integer', minimum: 1 },
      functionName: orNull(text),
    }),
    layer: object({
      name: text,
      unit: orNull(count),
      place: orNull(ref('place')),
      isGuilty: flag,
    }),
    unit: object({
      id: count,
      kind: oneOf('future', 'pump', 'site'),
      name: text,
      place: orNull(ref('place')),
      key: text,
    }),
    process: object({
      host: text,
      pid: count,
      parentPid: orNull(count),
      thread: count,
      command: list(text),
      runtime: text,
    }),
    taskCounts: object({
      task: count,
      polls: count,
      pendings: count,
      selfWokenPendings: count,
      barrenPolls: count,
      streak: count,
      longestStreak: count,
      yieldStreak: count,
      hops: count,
      busyNs: measure,
      timedPolls: count,
    }),
    state: object({
      verdict: oneOf('same', 'recurring', 'counters', 'progress', 'unseen'),
      samples: count,
      isComplete: flag,
      moved: { ...list(object({ path: text, as: text })), maxItems: 8 },
    }),
    suspicion: tagged('kind', SUSPICIONS, anySuspicion),
  },
};

/** A union told apart by one field: each variant is checked only where the field names it. */
function tagged(
  tag: string,
  variants: Readonly<Record<string, Record<string, Schema>>>,
  common: Record<string, Schema> = {},
): Schema {
  return {
    ...object({ [tag]: text, ...common }),
    allOf: Object.entries(variants).map(([value, properties]) => ({
      if: { properties: { [tag]: { const: value } } },
      then: object(properties),
    })),
  };
}
