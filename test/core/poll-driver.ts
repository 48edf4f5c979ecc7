/**
 * The smallest executor that a test can reason about: no event loop, no clock, every poll
 * on demand. `pick` chooses which of the woken tasks is polled next, so that a test can
 * try every order.
 */
import {
  Context,
  DEFAULT_BUDGET,
  type Future,
  type Poll,
  setBudget,
  type Waker,
} from '../../src/core/index.ts';
import { InterleavedFuture } from '../../src/testing/interleave-pending.ts';

/**
 * The core's tests run a second time with every task through `interleavePending`: the
 * project `interleaved` of `vitest.config.ts` says so.
 */
const ADDED = process.env['SELFWAKE_INTERLEAVED'] === '1' ? 1 : 0;

/** A task whose poll count never ends would hang the test: this many polls are a failure. */
const MAX_POLLS = 200_000;

export type Pick = (choices: number) => number;

export class Spawned<T> implements Waker {
  readonly name: string;
  /** Polls that reached the future. */
  polls = 0 - ADDED;
  wakes = 0 - ADDED;
  selfWakes = 0 - ADDED;
  yields = 0;
  outcome: { value: T } | { error: unknown } | 'pending' | 'aborted' = 'pending';
  isQueued = false;
  readonly #driver: PollDriver;
  readonly #future: Future<T>;
  #isPolling = false;

  constructor(driver: PollDriver, future: Future<T>, name: string) {
    this.#driver = driver;
    this.#future = ADDED > 0 ? new InterleavedFuture(future) : future;
    this.name = name;
  }

  /** The value, or a failure if there is none. */
  get value(): T {
    if (typeof this.outcome === 'string') throw new Error(`${this.name} is ${this.outcome}`);
    if ('error' in this.outcome) throw this.outcome.error;
    return this.outcome.value;
  }

  get error(): unknown {
    return typeof this.outcome === 'object' && 'error' in this.outcome ? this.outcome.error : null;
  }

  get isPending(): boolean {
    return this.outcome === 'pending';
  }

  poll(): void {
    if (this.outcome !== 'pending') return;
    this.polls += 1;
    this.#isPolling = true;
    const before = setBudget(DEFAULT_BUDGET);
    try {
      const poll: Poll<T> = this.#future.poll(Context.fromWaker(this));
      if (poll.isReady) this.outcome = { value: poll.value };
    } catch (error) {
      this.outcome = { error };
    } finally {
      setBudget(before);
      this.#isPolling = false;
    }
  }

  abort(): void {
    if (this.outcome !== 'pending') return;
    this.outcome = 'aborted';
    this.#future.drop?.();
  }

  wake(): void {
    this.wakeByRef();
  }
  wakeByRef(): void {
    this.wakes += 1;
    if (this.#isPolling) this.selfWakes += 1;
    this.#driver.enqueue(this);
  }
  yieldByRef(): void {
    this.yields += 1;
    this.#driver.defer(this);
  }
  clone(): Waker {
    return this;
  }
  drop(): void {}
  willWake(other: Waker): boolean {
    return other === this;
  }
}

export class PollDriver {
  readonly #pick: Pick;
  readonly #woken: Spawned<unknown>[] = [];
  readonly #deferred: Spawned<unknown>[] = [];
  polls = 0;

  constructor(pick: Pick = () => 0) {
    this.#pick = pick;
  }

  spawn<T>(future: Future<T>, name = future.constructor.name): Spawned<T> {
    const task = new Spawned(this, future, name);
    this.enqueue(task);
    return task;
  }

  enqueue(task: Spawned<unknown>): void {
    if (task.isQueued || !task.isPending) return;
    task.isQueued = true;
    this.#woken.push(task);
  }

  /** Polled again once nobody else is woken. */
  defer(task: Spawned<unknown>): void {
    this.#deferred.push(task);
  }

  /** Polls one task; false when nobody is woken. */
  step(): boolean {
    if (this.#woken.length === 0) for (const task of this.#deferred.splice(0)) this.enqueue(task);
    if (this.#woken.length === 0) return false;
    const [task] = this.#woken.splice(this.#pick(this.#woken.length), 1);
    task!.isQueued = false;
    task!.poll();
    this.polls += 1;
    if (this.polls > MAX_POLLS) throw new Error(`${task!.name} is polled for ever`);
    return true;
  }

  /** Polls until nobody is woken. */
  runUntilStalled(): void {
    while (this.step());
  }

  /** Runs one future to its end; a stall is a failure. */
  blockOn<T>(future: Future<T>): T {
    const task = this.spawn(future);
    this.runUntilStalled();
    return task.value;
  }
}

/** Runs one future alone. */
export function blockOn<T>(future: Future<T>): T {
  return new PollDriver().blockOn(future);
}
