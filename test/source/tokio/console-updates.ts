/** Updates as a server sends them, second by second, from what a test says of each task. */
import { judge } from '../../../src/analysis/judge.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import type { ProcessInfo } from '../../../src/model/recording.ts';
import { loadConsoleCodec, type Update } from '../../../src/source/tokio/console-messages.ts';
import { ConsoleTasks } from '../../../src/source/tokio/console-tasks.ts';

const codec = await loadConsoleCodec();

const process: ProcessInfo = {
  host: 'box:6669',
  pid: 0,
  parentPid: null,
  thread: 0,
  command: ['box:6669'],
  runtime: 'tokio',
};

/** Absolute numbers of a task; the times in seconds of the server's clock. */
export interface Said {
  polls?: number;
  wakes?: number;
  selfWakes?: number;
  busy?: number;
  scheduled?: number | null;
  clones?: number;
  drops?: number;
  lastWake?: number;
  started?: number;
  ended?: number;
  dropped?: number;
}

const START = 1_795_500_000;

function time(seconds: number) {
  const whole = Math.floor(seconds);
  return { seconds: START + whole, nanos: Math.round((seconds - whole) * 1e9) };
}

function duration(seconds: number) {
  const whole = Math.floor(seconds);
  return { seconds: whole, nanos: Math.round((seconds - whole) * 1e9) };
}

const maybe = (seconds: number | undefined) => (seconds === undefined ? {} : time(seconds));

function stats(said: Said) {
  const { scheduled = 0 } = said;
  return {
    wakes: said.wakes ?? 0,
    selfWakes: said.selfWakes ?? 0,
    wakerClones: said.clones ?? 1,
    wakerDrops: said.drops ?? 0,
    ...(said.lastWake === undefined ? {} : { lastWake: maybe(said.lastWake) }),
    ...(said.dropped === undefined ? {} : { droppedAt: maybe(said.dropped) }),
    ...(scheduled === null ? {} : { scheduledTime: duration(scheduled) }),
    pollStats: {
      polls: said.polls ?? 0,
      busyTime: duration(said.busy ?? 0),
      ...(said.started === undefined ? {} : { lastPollStarted: maybe(said.started) }),
      ...(said.ended === undefined ? {} : { lastPollEnded: maybe(said.ended) }),
    },
  };
}

export function newTask(id: string, fields: Record<string, string | number> = {}, line = 7) {
  const all = { kind: 'task', 'task.name': '', 'task.id': 5, ...fields };
  return {
    id: { id },
    metadata: { id: '94622036557968' },
    fields: Object.entries(all).map(([strName, value]) =>
      typeof value === 'number' ? { strName, u64Val: value } : { strName, debugVal: value },
    ),
    location: { file: 'src/main.rs', line, column: 5 },
  };
}

/** As the wire carries it. */
export function update(at: number, tasks: Record<string, Said>, rest: object = {}): Update {
  const byKey = Object.fromEntries(Object.entries(tasks).map(([id, said]) => [id, stats(said)]));
  const {
    newTasks = [],
    droppedEvents = 0,
    ...more
  } = rest as {
    newTasks?: object[];
    droppedEvents?: number;
  };
  return codec.decodeUpdate(
    codec.encodeUpdate({
      now: time(at),
      taskUpdate: { newTasks, statsUpdate: byKey, droppedEvents },
      ...more,
    }),
  );
}

export function judgedUpdates(updates: readonly Update[]) {
  const tasks = new ConsoleTasks(
    { segment: 'tokio', process, sees: ['task-rates', 'stuck-polls'] },
    codec,
  );
  const ledger = new Ledger();
  for (const one of updates) for (const line of tasks.take(one)) ledger.add(line);
  for (const line of tasks.end()) ledger.add(line);
  const recording = ledger.recording();
  const judgement = judge(recording);
  const found = judgement.findings.map(
    ({ rule, level, messageId }) => `${level} ${rule} ${messageId}`,
  );
  return { recording, judgement, found, liveTasks: recording.segments[0]!.liveTasks };
}
