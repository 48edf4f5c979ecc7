/**
 * What a server of tokio-console says, update by update, as lines of a recording. It sees how
 * often tasks are polled and woken, and for how long; it does not see what a task is made of, who
 * woke whom, I/O, wakes that tokio defers (`yield_now`, a budget that ran out) as a task's own, nor
 * tasks that were there before the subscriber.
 *
 * Numbers are absolute and may come twice; new tasks as well; numbers may come for tasks that were
 * never introduced. A task is kept while it lives: a few hundred bytes.
 */
import type { Line, Place } from '../../model/recording.ts';
import type { ConsoleCodec, Update } from './console-messages.ts';
import { FieldNames, ServerClock, snapshotOf, taskFacts, type TaskFacts } from './console-task.ts';
import { isJudged, LONG_POLL_NS, MAX_TASKS } from './judged-tasks.ts';
import { restlessSuspicions, type Restless } from './restless.ts';
import { futureSize, lostWaker, selfWakes, stuckPoll, type Told } from './suspicions.ts';
import { closeWindow, isPolling, isWoken, type Snapshot, type TaskState } from './task-state.ts';
import { TokioSegment, type TokioOrigin } from './tokio-segment.ts';

interface KnownTask extends TaskState {
  place: Place | null;
  key: string;
}

/** A task whose wakers are gone may just be about to be polled for the first time. */
const LOST_AFTER_NS = 1_000_000_000;

const UNSEEN: TaskFacts = {
  name: 'a tokio task that began unseen',
  kind: 'task',
  spawnedAt: null,
  sizeBytes: 0,
  originalBytes: 0,
};

export class ConsoleTasks {
  readonly #origin: TokioOrigin;
  readonly #codec: ConsoleCodec;
  readonly #names = new FieldNames();
  readonly #tasks = new Map<string, KnownTask>();
  readonly #polling = new Set<KnownTask>();
  readonly #wakerless = new Set<KnownTask>();
  readonly #sizesTold = new Map<number, number>();
  #segment: TokioSegment | null = null;
  #clock: ServerClock | null = null;
  #nextId = 1;
  #at = 0;
  #isDistrusted = false;

  constructor(origin: TokioOrigin, codec: ConsoleCodec) {
    this.#origin = origin;
    this.#codec = codec;
  }

  take(update: Update): Line[] {
    if (update.now === null) return [];
    const clock = (this.#clock ??= new ServerClock(update.now));
    const segment = (this.#segment ??= new TokioSegment(this.#origin, clock.startedAtMs));
    this.#at = Math.max(this.#at, clock.at(update.now));
    this.#names.learn(update);
    this.#introduce(update, segment);
    this.#countOps(update);
    const { restless, polls } = this.#takeStats(update, segment, clock);
    if (!this.#isDistrusted) {
      for (const { suspicion, group } of restlessSuspicions(restless, this.#at, polls)) {
        for (const { task, place } of group) segment.tell(task, place);
        segment.suspect(suspicion);
      }
    }
    this.#tellLongPolls(segment);
    this.#tellWakerless(segment);
    segment.liveTasks = this.#tasks.size;
    segment.dropped += droppedIn(update);
    segment.watched(this.#at);
    return segment.drain(this.#at);
  }

  /** The stream is over; what was told stays. */
  end(): Line[] {
    if (this.#segment === null) return [];
    this.#segment.end(this.#at);
    return this.#segment.drain(this.#at);
  }

  #introduce({ taskUpdate }: Update, segment: TokioSegment): void {
    for (const task of taskUpdate?.newTasks ?? []) {
      if (task.id === null) continue;
      const key = this.#codec.keyOf(task.id.id);
      if (!this.#tasks.has(key)) this.#begin(key, taskFacts(task, this.#names), segment);
    }
  }

  #begin(key: string, facts: TaskFacts, segment: TokioSegment): KnownTask | null {
    if (this.#tasks.size >= MAX_TASKS) {
      segment.dropped += 1;
      return null;
    }
    const unit = segment.unit(facts.spawnedAt);
    const { name, kind, sizeBytes, originalBytes, spawnedAt } = facts;
    const task: KnownTask = {
      id: this.#nextId,
      unit,
      name,
      kind,
      sizeBytes,
      originalBytes,
      place: spawnedAt,
      key: String(this.#nextId),
      now: null,
      opened: null,
      windows: [],
      windowsSinceAt: 0,
      polls: 0,
      wakes: 0,
      readyOps: 0,
      lastReadyOp: null,
      wakesTold: 0,
    };
    this.#nextId += 1;
    this.#tasks.set(key, task);
    segment.add(unit, 'spawned', 1);
    this.#tellSize(task, segment);
    return task;
  }

  #countOps({ resourceUpdate }: Update): void {
    for (const { taskId, resourceId, name, isReady } of resourceUpdate?.newPollOps ?? []) {
      if (taskId === null) continue;
      const task = this.#tasks.get(this.#codec.keyOf(taskId.id));
      if (task === undefined) continue;
      const op = resourceId === null ? name : `${name} ${this.#codec.keyOf(resourceId.id)}`;
      if (isReady) task.readyOps += 1;
      // Such an operation asks for budget first, which is ready, and then for what it is about.
      else if (task.lastReadyOp === op) task.readyOps -= 1;
      task.lastReadyOp = isReady ? op : null;
    }
  }

  #takeStats({ taskUpdate }: Update, segment: TokioSegment, clock: ServerClock) {
    const restless: Restless[] = [];
    let polls = 0;
    const stats = taskUpdate?.statsUpdate ?? {};
    for (const key in stats) {
      const said = stats[key]!;
      const known = this.#tasks.get(key);
      // Tasks that had ended when we came are history.
      if (known === undefined && said.droppedAt !== null) continue;
      const task = known ?? this.#begin(key, UNSEEN, segment);
      if (task === null) continue;
      const now = snapshotOf(said, this.#at, clock);
      if (said.scheduledTime === null && now.polls > 1) this.#distrust(segment);
      polls += this.#count(task, now, segment);
      task.now = now;
      if (closeWindow(task)) restless.push({ task, place: task.place, key: task.key });
      this.#sort(task, now);
      this.#tellSelfWakes(task, now, segment);
      if (now.isDropped) this.#forget(key, task, segment);
    }
    return { restless, polls };
  }

  /** Adds to the unit what is new of the task; answers its new polls. */
  #count(task: KnownTask, now: Snapshot, segment: TokioSegment): number {
    const before = task.now;
    const { unit } = task;
    const grown = (value: number, was: number | undefined) => Math.max(0, value - (was ?? 0));
    const polls = grown(now.polls, before?.polls);
    const own = grown(now.selfWakes, before?.selfWakes);
    segment.add(unit, 'polls', polls);
    segment.add(unit, 'wakes', grown(now.wakes, before?.wakes));
    segment.add(unit, 'selfWakes', own);
    segment.add(unit, 'selfWokenPendings', Math.min(own, polls));
    segment.add(unit, 'clones', grown(now.clones, before?.clones));
    segment.add(unit, 'drops', grown(now.drops, before?.drops));
    segment.add(unit, 'busyNs', grown(now.busyNs, before?.busyNs));
    segment.add(unit, 'scheduledNs', grown(now.scheduledNs, before?.scheduledNs));
    segment.add(unit, 'timedPolls', polls);
    return before === null ? 0 : polls;
  }

  #sort(task: KnownTask, now: Snapshot): void {
    if (!isJudged(task)) return;
    if (isPolling(now)) this.#polling.add(task);
    else this.#polling.delete(task);
    const isWakerless =
      !now.isDropped && !isPolling(now) && !isWoken(now) && now.clones <= now.drops;
    if (isWakerless) this.#wakerless.add(task);
    else this.#wakerless.delete(task);
  }

  #forget(key: string, task: KnownTask, segment: TokioSegment): void {
    segment.add(task.unit, 'completed', 1);
    this.#tasks.delete(key);
    this.#polling.delete(task);
    this.#wakerless.delete(task);
  }

  #tellLongPolls(segment: TokioSegment): void {
    for (const task of this.#polling) {
      const now = task.now!;
      const forNs = this.#at - now.pollStartedAt;
      if (forNs < LONG_POLL_NS) continue;
      segment.tell(task, task.place);
      const told = this.#told(task, 'poll', now.pollStartedAt);
      segment.suspect(
        stuckPoll(told, { forMs: forNs / 1e6, hasReturned: false, isFirst: now.polls <= 1 }),
      );
    }
  }

  #tellWakerless(segment: TokioSegment): void {
    for (const task of this.#wakerless) {
      const now = task.now!;
      if (this.#at - now.at < LOST_AFTER_NS) continue;
      this.#wakerless.delete(task);
      segment.tell(task, task.place);
      segment.suspect(lostWaker(this.#told(task, 'lost', now.pollEndedAt)));
    }
  }

  #tellSelfWakes(task: KnownTask, now: Snapshot, segment: TokioSegment): void {
    if (!isJudged(task)) return;
    // Again when the numbers are twice as large.
    if (now.selfWakes * 10 < now.wakes || now.wakes < Math.max(1, task.wakesTold * 2)) return;
    task.wakesTold = now.wakes;
    segment.tell(task, task.place);
    const own = { wakes: now.wakes, selfWakes: now.selfWakes };
    segment.suspect(selfWakes(this.#told(task, 'self-wakes', 0), own));
  }

  /** One task of each place tells of them all: the largest. */
  #tellSize(task: KnownTask, segment: TokioSegment): void {
    const { unit, sizeBytes: bytes, originalBytes } = task;
    if (!isJudged(task)) return;
    if (bytes === 0 || (this.#sizesTold.get(unit) ?? 0) >= originalBytes) return;
    this.#sizesTold.set(unit, originalBytes);
    segment.tell(task, task.place);
    const told = { ...this.#told(task, 'size', 0), id: `size:${unit}` };
    segment.suspect(futureSize(told, { bytes, originalBytes }));
  }

  #told(task: KnownTask, what: string, since: number): Told {
    const { id, unit, place } = task;
    return { id: `${what}:${id}`, at: this.#at, since, task: id, unit, place };
  }

  /** Such a server counts wakes of a task's own twice and not as such, and polls of others as its own. */
  #distrust(segment: TokioSegment): void {
    if (this.#isDistrusted) return;
    this.#isDistrusted = true;
    segment.blind(
      'the program has a console-subscriber before 0.1.10, whose counts of polls and wakes are wrong',
    );
  }
}

/** Events that the server itself had no room for, since it last said so. */
function droppedIn({ taskUpdate, resourceUpdate, asyncOpUpdate }: Update): number {
  return [taskUpdate, resourceUpdate, asyncOpUpdate].reduce(
    (sum, part) => sum + (part?.droppedEvents.toUnsigned().toNumber() ?? 0),
    0,
  );
}
