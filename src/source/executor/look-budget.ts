/** What looks may take of a thread's time, all together. */

/** Free to begin with, milliseconds, and after that the share of the time that has passed. */
const OF_HEALTHY = { freeMs: 300, share: 0.1 };
/** The same for tasks that were never looked at before: one of them may be a spin. */
const OF_NEW = { freeMs: 1500, share: 0.3 };

export class LookBudget {
  readonly #sinceMs: number;
  #spentMs = 0;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  spend(ms: number): void {
    this.#spentMs += ms;
  }

  isSpent(nowMs: number, isHealthy: boolean): boolean {
    const { freeMs, share } = isHealthy ? OF_HEALTHY : OF_NEW;
    return this.#spentMs > freeMs + share * (nowMs - this.#sinceMs);
  }
}
