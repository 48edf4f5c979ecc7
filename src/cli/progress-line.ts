/**
 * One line at the end of the screen, written over about once a second: how long, how much, what
 * was found. It is gone before anything else is printed. For what has streams of its own alone: a
 * program that prints to this terminal would find the line in its way.
 */
import type { Judgement } from '../model/finding.ts';
import type { Recording } from '../model/recording.ts';
import { paintOf } from '../report/paint.ts';
import { watchingText } from './live/watching-text.ts';
import { fitted } from './live/cells.ts';
import { errorScreen, whyNoTerminal } from './screen.ts';

const UPDATE_MS = 1000;
const CLEAR = '\r\u001b[K';

export class ProgressLine {
  readonly #screen = errorScreen();
  readonly #paint = paintOf(this.#screen.style);
  readonly #startedMs = performance.now();
  #seen: { recording: Recording; judgement: Judgement } | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isThere = false;

  /** Null where stderr is no terminal that can write over a line. */
  static onTerminal(): ProgressLine | null {
    return whyNoTerminal() === null ? new ProgressLine() : null;
  }

  private constructor() {
    this.goOn();
  }

  look(recording: Recording, judgement: Judgement): void {
    this.#seen = { recording, judgement };
  }

  clear(): void {
    if (this.#isThere) this.#screen.write(CLEAR);
    this.#isThere = false;
  }

  /** No line until {@link goOn}. */
  pause(): void {
    this.clear();
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  goOn(): void {
    this.#timer ??= setInterval(() => this.#show(), UPDATE_MS).unref();
  }

  close(): void {
    this.pause();
    this.#seen = null;
  }

  #show(): void {
    if (this.#seen === null) return;
    const { recording, judgement } = this.#seen;
    const seconds = (performance.now() - this.#startedMs) / 1000;
    const room = (process.stderr.columns || 80) - 1;
    const text = fitted(watchingText(recording, judgement, seconds), room).trimEnd();
    this.#screen.write(CLEAR + this.#paint.dim(text));
    this.#isThere = true;
  }
}
