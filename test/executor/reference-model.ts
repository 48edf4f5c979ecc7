/**
 * What the executor promises, in the plainest words that can say it: lists of task
 * numbers, searched. No state machine, no ring, no flags that are shared by two meanings.
 */
export class ReferenceModel {
  /** How each task ended; undefined while it lives. */
  readonly outcomes: (string | undefined)[];
  readonly drops: number[];
  queue: number[] = [];
  deferred: number[] = [];
  /** The task being polled. */
  #polling: number | null = null;
  #wasWoken = false;
  #hasYielded = false;
  #isToAbort = false;

  constructor(tasks: number) {
    this.outcomes = new Array<string | undefined>(tasks).fill(undefined);
    this.drops = new Array<number>(tasks).fill(0);
    for (let task = 0; task < tasks; task += 1) this.queue.push(task);
  }

  wake(task: number): void {
    if (this.outcomes[task] !== undefined || this.queue.includes(task)) return;
    if (task === this.#polling) {
      this.#wasWoken = true;
      return;
    }
    this.deferred = this.deferred.filter((other) => other !== task);
    this.queue.push(task);
  }

  yield(task: number): void {
    if (this.outcomes[task] !== undefined || this.queue.includes(task)) return;
    if (task === this.#polling) this.#hasYielded = true;
    else if (!this.deferred.includes(task)) this.deferred.push(task);
  }

  abort(task: number): void {
    if (task === this.#polling) this.#isToAbort = true;
    else this.#giveUp(task);
  }

  startSlice(): void {
    this.queue.push(...this.deferred);
    this.deferred = [];
  }

  /** The task whose turn it is. */
  startPoll(): number | undefined {
    const task = this.queue.shift();
    this.#polling = task ?? null;
    this.#wasWoken = false;
    this.#hasYielded = false;
    this.#isToAbort = false;
    return task;
  }

  endPoll(task: number, answer: 'pending' | 'ready' | 'threw'): void {
    this.#polling = null;
    if (answer !== 'pending') this.outcomes[task] = answer;
    else if (this.#isToAbort) this.#giveUp(task);
    else if (this.#wasWoken) this.queue.push(task);
    else if (this.#hasYielded) this.deferred.push(task);
  }

  #giveUp(task: number): void {
    if (this.outcomes[task] !== undefined) return;
    this.outcomes[task] = 'aborted';
    this.drops[task]! += 1;
    this.queue = this.queue.filter((other) => other !== task);
    this.deferred = this.deferred.filter((other) => other !== task);
  }
}
