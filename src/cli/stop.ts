/** Ends what goes on in good order: when asked, after a time, or at SIGINT or SIGTERM. */
export class Stop {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | null;
  readonly now = (): void => this.#controller.abort();

  /** `forMs` null: for as long as it goes on. A second SIGINT ends the process as it always does. */
  constructor(forMs: number | null) {
    this.#timer = forMs === null ? null : setTimeout(this.now, forMs);
    process.once('SIGINT', this.now).once('SIGTERM', this.now);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What is over needs no ending. */
  release(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    process.removeListener('SIGINT', this.now).removeListener('SIGTERM', this.now);
  }
}
