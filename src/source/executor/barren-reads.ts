/**
 * Loops of fruitless answers within one poll that never gives way. They are seen only from
 * inside: by touches of ReadBufs none of which grows, and by the taps on the task's layers.
 * A task that is to be ended is ended by throwing into its loop.
 */
import type { Frame } from '../../trace/call-sites.ts';
import { captureFrames } from '../../trace/call-sites.ts';
import { layersIn } from '../../trace/object-graph.ts';
import type { FruitlessLayer } from './fruitless-watch.ts';
import type { Investigation } from './investigation.ts';
import type { SuspicionHost } from './suspicion-host.ts';
import type { Suspicions } from './suspicions.ts';
import type { TaskRow } from './task-row.ts';

const STACK_DEPTH = 100;
/** Stacks of touches that are kept to find the deepest reader. */
const KEPT_STACKS = 8;
/** Touches between two marks of the core, and how many of them make a read at most. */
const TOUCHES_PER_MARK = 1024;
const TOUCHES_PER_READ = 4;
/** Marks after which the touches alone are told, where no layer could be tapped; then at ever more. */
const MIN_MARKS = 8;

/** Samples of state until a streak of fruitless answers is full. */
const SAMPLES = 8;
/** So many times the streak is looked at; what has not been told by then goes on unwatched. */
const MAX_STREAKS = 50;

/** What a poll in progress has come to. */
interface BarrenPoll {
  seq: number;
  marks: number;
  stacks: Frame[][];
}

export class BarrenReads {
  readonly #host: SuspicionHost;
  readonly #suspicions: Suspicions;
  readonly #investigationOf: (row: TaskRow) => Investigation | null;
  #poll: BarrenPoll = { seq: -1, marks: 0, stacks: [] };

  constructor(
    host: SuspicionHost,
    suspicions: Suspicions,
    investigationOf: (row: TaskRow) => Investigation | null,
  ) {
    this.#host = host;
    this.#suspicions = suspicions;
    this.#investigationOf = investigationOf;
  }

  /** ReadBufs were touched again and again within one poll, and none of them grew. */
  onTouches(): void {
    const row = this.#host.currentTask();
    const investigation = row === null ? null : this.#investigationOf(row);
    if (row === null || investigation === null) return;
    const seq = this.#host.pollSeq();
    if (this.#poll.seq !== seq) this.#poll = { seq, marks: 0, stacks: [] };
    this.#poll.marks += 1;
    const { marks, stacks } = this.#poll;
    investigation.watch.install(row.future, investigation.layers());
    if (stacks.length < KEPT_STACKS) stacks.push(captureFrames(this.onTouches, STACK_DEPTH));
    // Where a layer was tapped, its answers are counted instead.
    if (investigation.watch.worst(2) === null) {
      investigation.sampleInside(`touches in ${seq}`, marks);
      if (marks >= MIN_MARKS && (marks & (marks - 1)) === 0) this.#reportUntapped(investigation);
    }
    this.#breakOff(row, investigation);
  }

  /** A tapped layer answered fruitlessly. */
  onFruitless(row: TaskRow, layer: FruitlessLayer): void {
    const { streakThreshold } = this.#host;
    const part = Math.max(1, Math.floor(streakThreshold / SAMPLES));
    if (layer.inOnePoll % part !== 0 || layer.inOnePoll > MAX_STREAKS * streakThreshold) return;
    const investigation = this.#investigationOf(row);
    if (!investigation) return;
    const loop = `${layer.operation} of ${layer.node.path} in ${layer.pollSeq}`;
    investigation.sampleInside(loop, layer.inOnePoll);
    if (layer.inOnePoll >= streakThreshold && layer.inOnePoll % streakThreshold < part) {
      this.#report(investigation, layer);
    }
    this.#breakOff(row, investigation);
  }

  /**
   * The running poll has lasted for long. Its layers are watched from now on, so that a
   * loop over answers that bring nothing is seen. Calls no code of the program, and no
   * inspector: it may be called from a pause.
   */
  onStuckPoll(row: TaskRow): void {
    this.#investigationOf(row)?.watch.install(row.future, layersIn(row.future, null));
  }

  #report(investigation: Investigation, worst: FruitlessLayer): void {
    const state = investigation.compareInside();
    if (state.verdict === 'progress' || state.verdict === 'unseen') return;
    const evidence = { streak: worst.inOnePoll, state, isInsideOnePoll: true };
    investigation.reportedStreak = worst.inOnePoll;
    this.#host.report(this.#suspicions.emptyReady(investigation, worst, evidence));
  }

  #reportUntapped(investigation: Investigation): void {
    const state = investigation.compareInside();
    if (state.verdict === 'progress' || state.verdict === 'unseen') return;
    const { marks, stacks } = this.#poll;
    const reads = Math.floor((marks * TOUCHES_PER_MARK) / TOUCHES_PER_READ);
    const suspicion = this.#suspicions.unseenReader(investigation, stacks, reads, state);
    if (!suspicion) return;
    investigation.reportedStreak = reads;
    this.#host.report(suspicion);
  }

  #breakOff(row: TaskRow, investigation: Investigation): void {
    const error = this.#host.breakOff(row);
    if (error === null) return;
    investigation.end();
    throw error;
  }
}
