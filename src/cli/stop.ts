/** Ends what goes on in good order: when asked, after a time, or at SIGINT or SIGTERM. */
export class Stop {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  readonly now = (): void => this.#controller.abort();

  /** `forMs` null: for as long as it goes on. A second SIGINT ends the process as it always does. */
  constructor(forMs: number | null) {
    if (forMs !== null) this.after(forMs);
    process.once('SIGINT', this.now).once('SIGTERM', this.now);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on; what was said first counts. */
  after(ms: number): void {
    this.#timer ??= setTimeout(this.now, ms);
  }

  /** What is over needs no ending. */
  release(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    process.removeListener('SIGINT', this.now).removeListener('SIGTERM', this.now);
  }
}
