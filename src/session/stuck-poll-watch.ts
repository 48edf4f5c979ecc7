/**
 * Watches one source of another thread for polls that never return. That thread can
 * report nothing, so its shared cells are looked at from outside: the same poll, still
 * running, for {@link STUCK_MS} and without progress, is examined through the inspector,
 * and told as one suspicion, which is sent again as time goes on.
 */
import { LIVE_STACK_SIZE, LiveCell } from '../model/live-cells.ts';
import {
  type Layer,
  type Line,
  type SegmentInfo,
  type StateComparison,
  type StuckPollSuspicion,
  type Unit,
  UNSEEN_STATE,
} from '../model/recording.ts';
import type { InspectorSession } from '../trace/inspector-session.ts';
import { BASE_URL } from '../trace/own-scripts.ts';
import { examinePoll, type Examination } from '../trace/pause-examination.ts';
import { ProgressIndex } from './progress-index.ts';

/** Milliseconds in one poll after which it is examined: Node serves nobody else meanwhile. */
const STUCK_MS = 200;

/** Without a look inside (a worker thread, no inspector) a poll is told of after this time. */
const BLIND_MS = 500;

/** A suspicion is sent again this often, with the time grown. */
const RETELL_MS = 500;

/** Examined again after these times, so that slow progress is seen too. */
const EXAMINE_AGAIN_MS = [2_000, 5_000, 10_000, 30_000];

export interface StuckPollWatchOptions {
  info: SegmentInfo;
  zeroHr: bigint;
  liveCells: Float64Array;
  progressCells: Float64Array;
  send(line: Line): void;
  nowHr(): bigint;
  /** CPU time of the process so far, milliseconds. */
  cpuMs(): number;
  /** Null where the thread cannot be looked into. May throw where the program may not use the inspector. */
  connect: (() => InspectorSession) | null;
  /** Examines the poll; injected so that time and inspector can be played in tests. */
  examine?: typeof examinePoll;
}

/** One poll as seen from outside. */
interface SeenPoll {
  seq: number;
  task: number;
  /** Unit ids on the live stack, outermost first; the task's unit where the stack is empty. */
  units: number[];
  sinceHr: bigint;
  /** CPU time of the process at that instant, milliseconds. */
  cpuMs: number;
  progress: number;
  examinations: number;
  toldMs: number | null;
  finding: Examination | null;
}

/** A spin burns a core; on a machine with many others a fair part of one. */
const LEAST_CPU = 0.25;

/** Units that only this watch has seen are numbered from here: no source has as many. */
const FIRST_OWN_UNIT = 2 ** 40;

const WORKING: StateComparison = {
  verdict: 'progress',
  samples: 2,
  isComplete: true,
  moved: [{ path: 'bytes, items, completions', as: 'payload' }],
};

export class StuckPollWatch {
  readonly #options: StuckPollWatchOptions;
  readonly #units = new Map<number, Unit>();
  readonly #ownUnits = new Map<string, number>();
  #poll: SeenPoll | null = null;
  #session: InspectorSession | null = null;
  #isExamining = false;
  #isStopped = false;

  constructor(options: StuckPollWatchOptions) {
    this.#options = options;
  }

  /** Units as the source names them, so that layers seen on the stack can be matched. */
  learnUnit(unit: Unit): void {
    this.#units.set(unit.id, unit);
  }

  /** Detaches at once and looks no more. */
  stop(): void {
    this.#isStopped = true;
    this.#session?.close();
    this.#session = null;
  }

  /** One look; to be called every 20 ms or so. */
  look(): void {
    if (this.#isStopped) return;
    const poll = this.#poll;
    if (poll === null || !this.#isInside(poll)) {
      if (poll !== null && poll.toldMs !== null) this.#tell(poll, true);
      this.#poll = this.#see();
      return;
    }
    const forMs = this.#lasted(poll);
    if (forMs < STUCK_MS || this.#isExamining) return;
    if (this.#hasProgress(poll)) this.#tellWhenDue(poll, forMs, BLIND_MS);
    else if (this.#isExaminationDue(poll, forMs)) void this.#examine(poll);
    else this.#tellWhenDue(poll, forMs, poll.finding === null ? BLIND_MS : STUCK_MS);
  }

  #see(): SeenPoll | null {
    const { liveCells, nowHr } = this.#options;
    const task = liveCells[LiveCell.POLLING_TASK]!;
    if (task === 0) return null;
    return {
      seq: liveCells[LiveCell.POLL_SEQ]!,
      task,
      units: this.#liveUnits(),
      sinceHr: nowHr(),
      cpuMs: this.#options.cpuMs(),
      progress: this.#progress(),
      examinations: 0,
      toldMs: null,
      finding: null,
    };
  }

  #isInside(poll: SeenPoll): boolean {
    const { liveCells } = this.#options;
    return (
      liveCells[LiveCell.POLL_SEQ] === poll.seq && liveCells[LiveCell.POLLING_TASK] === poll.task
    );
  }

  #liveUnits(): number[] {
    const { liveCells } = this.#options;
    const depth = Math.min(liveCells[LiveCell.DEPTH]!, LIVE_STACK_SIZE);
    if (depth === 0) return [liveCells[LiveCell.POLLING_UNIT]!];
    return [...liveCells.subarray(LiveCell.STACK, LiveCell.STACK + depth)];
  }

  #progress(): number {
    return this.#options.progressCells[ProgressIndex.PROGRESS]!;
  }

  #hasProgress(poll: SeenPoll): boolean {
    return this.#progress() > poll.progress;
  }

  #lasted(poll: SeenPoll): number {
    return Number((this.#options.nowHr() - poll.sinceHr) / 1_000_000n);
  }

  #isBurning(poll: SeenPoll): boolean {
    return this.#options.cpuMs() - poll.cpuMs > LEAST_CPU * this.#lasted(poll);
  }

  #isExaminationDue(poll: SeenPoll, forMs: number): boolean {
    if (this.#options.connect === null) return false;
    if (poll.examinations === 0) return true;
    const next = EXAMINE_AGAIN_MS[poll.examinations - 1];
    return next !== undefined && forMs >= next;
  }

  async #examine(poll: SeenPoll): Promise<void> {
    this.#isExamining = true;
    poll.examinations += 1;
    try {
      const session = this.#options.connect!();
      this.#session = session;
      poll.units = this.#liveUnits();
      const examine = this.#options.examine ?? examinePoll;
      const found = await examine({
        session,
        own: { base: BASE_URL },
        isStillInside: () => !this.#isStopped && this.#isInside(poll),
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        isBurning: this.#isBurning(poll),
      });
      if (found !== null) poll.finding = merged(poll.finding, found);
    } catch {
      // No inspector, no reply, or cut off: what the cells say is told without it.
    } finally {
      this.#session?.close();
      this.#session = null;
      this.#isExamining = false;
    }
    if (!this.#isStopped && poll.finding !== null && this.#isInside(poll)) this.#tell(poll, false);
  }

  #tellWhenDue(poll: SeenPoll, forMs: number, firstAtMs: number): void {
    const dueMs = poll.toldMs === null ? firstAtMs : poll.toldMs + RETELL_MS;
    if (forMs >= dueMs) this.#tell(poll, false);
  }

  #tell(poll: SeenPoll, hasReturned: boolean): void {
    const { info, zeroHr, nowHr, send } = this.#options;
    const forMs = this.#lasted(poll);
    poll.toldMs = forMs;
    const chain = this.#chain(poll);
    const guilty = chain.find((layer) => layer.isGuilty);
    const suspicion: StuckPollSuspicion = {
      kind: 'stuck-poll',
      id: `stuck-poll-${poll.seq}`,
      at: Number(nowHr() - zeroHr),
      since: Number(poll.sinceHr - zeroHr),
      task: poll.task,
      unit: guilty?.unit ?? poll.units.at(-1)!,
      place: poll.finding?.place ?? null,
      chain,
      attribution: poll.finding !== null ? 'pause' : 'task-type',
      state: this.#hasProgress(poll) ? WORKING : (poll.finding?.state ?? UNSEEN_STATE),
      forMs,
      hasReturned,
    };
    send({ type: 'suspicion', segment: info.id, suspicion });
  }

  /** Layers of the stack with their units; without a stack, the instrumented ones. */
  #chain(poll: SeenPoll): Layer[] {
    const seen = poll.finding?.layers ?? [];
    if (seen.length > 0) {
      return seen.map((layer) => ({ ...layer, unit: this.#unitOf(layer, poll) }));
    }
    return poll.units.map((unit, i) => ({
      name: this.#units.get(unit)?.name ?? `unit ${unit}`,
      unit,
      place: this.#units.get(unit)?.place ?? null,
      isGuilty: i === poll.units.length - 1,
    }));
  }

  /** The unit of that name on the live stack; else one of our own. */
  #unitOf(layer: Layer, poll: SeenPoll): number {
    const onStack = poll.units.findLast((unit) => this.#units.get(unit)?.name === layer.name);
    if (onStack !== undefined) return onStack;
    const { place } = layer;
    const key = `future|${layer.name}|${place?.file ?? ''}|${place?.functionName ?? ''}`;
    const known = this.#ownUnits.get(key);
    if (known !== undefined) return known;
    const id = FIRST_OWN_UNIT + this.#ownUnits.size;
    this.#ownUnits.set(key, id);
    const unit: Unit = { id, kind: 'future', name: layer.name, place, key };
    this.#options.send({ type: 'unit', segment: this.#options.info.id, unit });
    return id;
  }
}

/** Progress that was ever seen in a poll stays seen; else the later look is the better one. */
function merged(before: Examination | null, now: Examination): Examination {
  if (before?.state.verdict === 'progress' || now.state.verdict === 'unseen') {
    return { ...now, state: before?.state ?? now.state };
  }
  return now;
}
