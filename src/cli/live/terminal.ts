/**
 * The terminal while the live view has it: keys without Enter, a screen of its own, and all of it
 * given back, however this process ends or is stopped. It knows nothing of what is drawn.
 *
 * *closed* ─ open ─▶ *drawing* ─ close, the end of the process ─▶ *closed*;
 * *drawing* ─ Ctrl-Z, a question ─▶ *set aside* ─ continued, answered ─▶ *drawing*.
 */
import { emitKeypressEvents, type Key } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import { widthOf } from './cells.ts';

/** Another screen, no cursor, and lines that are cut at its edge instead of wrapped. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR = '\u001b[2J';
const CLEAR_LINE_END = '\u001b[K';

/** Ctrl-C, Ctrl-Z and Ctrl-\, which a terminal in raw mode leaves to who reads them. */
const SIGNALS: Readonly<Record<string, NodeJS.Signals>> = {
  '\u0003': 'SIGINT',
  '\u001a': 'SIGTSTP',
  '\u001c': 'SIGQUIT',
};
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** A process that was told to stop has stopped by then; where nobody could continue it, it does not stop. */
const STOPPED_MS = 50;

export interface TerminalOptions {
  screen: WriteStream;
  /** Where keys come from; null where that is no terminal. */
  keys: ReadStream | null;
  /** The name of a key, or its character. */
  onKey(key: string): void;
  /** All has to be drawn again. */
  onChange(): void;
}

export class Terminal {
  readonly #options: TerminalOptions;
  #isOpen = false;
  #isAside = false;
  /** Somebody else uses it for a while. */
  #isLent = false;
  #drawn = '';

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  get columns(): number {
    return this.#options.screen.columns || 80;
  }

  get lines(): number {
    return this.#options.screen.rows || 24;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    process.on('exit', this.#give).on('uncaughtExceptionMonitor', this.#give);
    // First of all, since a listener that is called once is gone when the next one is asked.
    for (const signal of ENDING) process.prependListener(signal, this.#ending);
    process.on('SIGTSTP', this.#stop).on('SIGCONT', this.#goOn);
    const { screen, keys } = this.#options;
    screen.on('resize', this.#resized);
    if (keys !== null) {
      emitKeypressEvents(keys);
      // A terminal that is gone cannot be read; the signal that says so has come, or comes.
      keys.on('error', () => {});
      keys.on('keypress', this.#pressed);
    }
    this.#take();
  }

  /** Gives all back; safe to call at any time. */
  close(): void {
    if (!this.#isOpen) return;
    this.#give();
    this.#isOpen = false;
    process.off('exit', this.#give).off('uncaughtExceptionMonitor', this.#give);
    for (const signal of ENDING) process.off(signal, this.#ending);
    process.off('SIGTSTP', this.#stop).off('SIGCONT', this.#goOn);
    const { screen, keys } = this.#options;
    screen.off('resize', this.#resized);
    keys?.off('keypress', this.#pressed);
  }

  /** Writes once, and only what is new; nothing flickers. */
  draw(lines: readonly string[]): void {
    if (!this.#isOpen || this.#isAside) return;
    // In the last column the cursor stays on what was written there, which would be cleared, too.
    const isShort = (line: string): boolean => widthOf(line) < this.columns;
    const ended = lines.map((line) => (isShort(line) ? line + CLEAR_LINE_END : line));
    const text = HOME + ended.join('\r\n');
    if (text === this.#drawn || this.#options.screen.writableNeedDrain) return;
    this.#drawn = text;
    this.#options.screen.write(text);
  }

  /** Lends the terminal as it was before. */
  async lend<Value>(use: () => Promise<Value>): Promise<Value> {
    this.#give();
    this.#isLent = true;
    try {
      return await use();
    } finally {
      this.#isLent = false;
      this.#take();
    }
  }

  #take(): void {
    if (!this.#isOpen) return;
    this.#isAside = false;
    const { screen, keys } = this.#options;
    keys?.setRawMode(true).resume();
    this.#drawn = '';
    screen.write(ENTER + CLEAR);
    this.#options.onChange();
  }

  readonly #give = (): void => {
    if (!this.#isOpen || this.#isAside) return;
    this.#isAside = true;
    const { screen, keys } = this.#options;
    screen.write(LEAVE);
    keys?.setRawMode(false).pause();
  };

  /** Who else listens takes care of the end; where nobody does, it is as without us. */
  readonly #ending = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) return;
    this.close();
    process.kill(process.pid, signal);
  };

  readonly #stop = (): void => {
    this.#give();
    process.off('SIGTSTP', this.#stop);
    process.kill(process.pid, 'SIGTSTP');
    setTimeout(() => {
      if (this.#isAside) this.#goOn();
    }, STOPPED_MS);
  };

  readonly #goOn = (): void => {
    if (!this.#isOpen || this.#isLent) return;
    if (!process.listeners('SIGTSTP').includes(this.#stop)) process.on('SIGTSTP', this.#stop);
    this.#take();
  };

  readonly #resized = (): void => {
    if (this.#isAside) return;
    this.#drawn = '';
    this.#options.screen.write(CLEAR);
    this.#options.onChange();
  };

  readonly #pressed = (text: string | undefined, { name, ctrl, meta }: Key): void => {
    const signal = SIGNALS[text ?? ''];
    // To all that was started together, as a terminal does.
    if (signal !== undefined) return void process.kill(0, signal);
    if (ctrl === true || (meta === true && name !== 'escape')) return;
    const isCharacter = text !== undefined && /^[^\p{C}]$/u.test(text);
    this.#options.onKey(isCharacter ? text : name === 'enter' ? 'return' : (name ?? ''));
  };
}
