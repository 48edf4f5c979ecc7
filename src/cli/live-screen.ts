/**
 * What people see while a program runs and at its end: findings and sentences below each other, or
 * a view of their own (`live/live-view.ts`).
 */
import type { Finding, Judgement } from '../model/finding.ts';
import type { Recording } from '../model/recording.ts';
import { REPORTS, type ReportFormat } from '../report/reports.ts';
import { terminalFinding } from '../report/terminal-finding.ts';
import { shownKey, terminalReport } from '../report/terminal.ts';
import { codeFramesFor } from '../trace/code-frames.ts';
import type { ProgressLine } from './progress-line.ts';
import type { PlainInput } from './report-input.ts';
import { errorScreen, type Screen } from './screen.ts';

export interface WatchScreen {
  /** Something begins to be watched. */
  open(): void;
  /** What is known so far. */
  look(recording: Recording, judgement: Judgement): void;
  /** A finding, the moment it is certain. */
  show(finding: Finding, recording: Recording): void;
  say(sentence: string): void;
  /** Leaves the terminal to a question. */
  lend<Value>(use: () => Promise<Value>): Promise<Value>;
  /** The end, with the report. */
  end(input: PlainInput): Promise<void>;
  /** The end, without one, or after it. */
  close(): void;
}

export class LiveScreen implements WatchScreen {
  readonly #screen: Screen;
  readonly #words = errorScreen();
  readonly #format: ReportFormat;
  readonly #progress: ProgressLine | null;
  readonly #shown = new Set<string>();

  constructor(screen: Screen, format: ReportFormat, progress: ProgressLine | null = null) {
    this.#screen = screen;
    this.#format = format;
    this.#progress = progress;
  }

  open(): void {}

  look(recording: Recording, judgement: Judgement): void {
    this.#progress?.look(recording, judgement);
  }

  /** Other formats are one text, printed at the end. */
  show(finding: Finding, recording: Recording): void {
    if (this.#format !== 'terminal') return;
    this.#progress?.clear();
    this.#shown.add(shownKey(finding));
    const frames = codeFramesFor([finding], recording);
    this.#screen.write(`\n${terminalFinding(finding, frames, this.#screen.style)}\n`);
  }

  say(sentence: string): void {
    this.#progress?.clear();
    this.#words.write(`selfwake: ${sentence}\n`);
  }

  async lend<Value>(use: () => Promise<Value>): Promise<Value> {
    this.#progress?.pause();
    try {
      return await use();
    } finally {
      this.#progress?.goOn();
    }
  }

  close(): void {
    this.#progress?.close();
  }

  async end(input: PlainInput): Promise<void> {
    this.close();
    const whole = { ...input, style: this.#screen.style };
    if (this.#format === 'terminal') {
      this.#screen.write(`\n${terminalReport(whole, { shown: this.#shown })}`);
      return;
    }
    const report = await REPORTS[this.#format].load();
    this.#screen.write(report(whole));
  }
}
