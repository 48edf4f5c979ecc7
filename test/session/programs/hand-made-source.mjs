/**
 * A source as small as one can be, for programs that test what carries it: it says what
 * the test wants said, and keeps the shared cells as an executor would.
 */
import os from 'node:os';
import process from 'node:process';
import { isMainThread, threadId } from 'node:worker_threads';

const COUNTERS = 26;
const POLLS = 0;
const PENDINGS = 1;
const SELF_WOKEN_PENDINGS = 6;

export class HandMadeSource {
  info = {
    id: `hand-made-${process.pid}-${threadId}`,
    source: 'executor',
    process: {
      host: os.hostname(),
      pid: process.pid,
      parentPid: process.ppid,
      thread: isMainThread ? 0 : threadId,
      command: process.argv.slice(1),
      runtime: process.version,
    },
    startedAtMs: Date.now(),
    root: process.cwd(),
    sees: ['polls', 'self-wakes', 'reads', 'task-wakes', 'stuck-polls', 'polls-after-ready'],
  };
  zeroHr = process.hrtime.bigint();
  liveCells = new Float64Array(new SharedArrayBuffer(64 * 8));
  progressCells = new Float64Array(new SharedArrayBuffer(16 * 8));
  polls = 0;
  #lines = [];

  constructor() {
    this.say({
      type: 'unit',
      unit: { id: 1, kind: 'future', name: 'Root', place: null, key: 'future|Root||' },
    });
    this.say({ type: 'task', task: { id: 7, unit: 1, name: 'the-task', spawnedAt: null } });
  }

  now() {
    // oxlint-disable-next-line typescript/no-unnecessary-type-conversion -- a bigint, which plain JavaScript does not tell
    return Number(process.hrtime.bigint() - this.zeroHr);
  }

  say(line) {
    this.#lines.push({ ...line, segment: this.info.id });
  }

  drain() {
    const row = new Array(COUNTERS).fill(0);
    row[POLLS] = row[PENDINGS] = row[SELF_WOKEN_PENDINGS] = this.polls;
    this.say({
      type: 'counts',
      at: this.now(),
      units: [[1, row]],
      tasks: [],
      edges: [],
      liveTasks: 1,
      dropped: 0,
    });
    return this.#lines.splice(0);
  }

  /** Runs `poll` as an executor's poll of the one task. */
  poll(poll) {
    this.polls += 1;
    this.liveCells[0] += 1;
    this.liveCells[1] = 7;
    this.liveCells[2] = 1;
    this.liveCells[3] = 1;
    this.liveCells[4] = 1;
    try {
      return poll();
    } finally {
      this.liveCells[1] = 0;
    }
  }

  selfWakeSuspicion(streak, place) {
    this.say({
      type: 'suspicion',
      suspicion: {
        kind: 'self-wake',
        id: 'self-wake-7',
        at: this.now(),
        since: 0,
        task: 7,
        unit: 1,
        place,
        chain: [
          { name: 'Root', unit: 1, place: null, isGuilty: false },
          { name: 'Inner', unit: null, place, isGuilty: true },
        ],
        attribution: 'poll-stack',
        state: { verdict: 'same', samples: 8, isComplete: true, moved: [] },
        via: 'waker',
        streak,
        meanPollNs: 400,
      },
    });
  }
}

/** Registers a source with whoever started this program; null in a plain process. */
export function register(source) {
  return globalThis[Symbol.for('selfwake.agent')]?.register(source) ?? null;
}
