/** What people see while a program runs and at its end. */
import type { Finding } from '../model/finding.ts';
import type { Recording } from '../model/recording.ts';
import { REPORTS, type ReportFormat } from '../report/reports.ts';
import { terminalFinding } from '../report/terminal-finding.ts';
import { shownKey, terminalReport } from '../report/terminal.ts';
import { codeFramesFor } from '../trace/code-frames.ts';
import type { PlainInput } from './report-input.ts';
import type { Screen } from './screen.ts';

export class LiveScreen {
  readonly #screen: Screen;
  readonly #format: ReportFormat;
  readonly #shown = new Set<string>();

  constructor(screen: Screen, format: ReportFormat) {
    this.#screen = screen;
    this.#format = format;
  }

  /** Shows a finding the moment it is certain. Other formats are one text, printed at the end. */
  show(finding: Finding, recording: Recording): void {
    if (this.#format !== 'terminal') return;
    this.#shown.add(shownKey(finding));
    const frames = codeFramesFor([finding], recording);
    this.#screen.write(`\n${terminalFinding(finding, frames, this.#screen.style)}\n`);
  }

  say(sentence: string): void {
    this.#screen.write(`selfwake: ${sentence}\n`);
  }

  async end(input: PlainInput): Promise<void> {
    const whole = { ...input, style: this.#screen.style };
    if (this.#format === 'terminal') {
      this.#screen.write(`\n${terminalReport(whole, { shown: this.#shown })}`);
      return;
    }
    const report = await REPORTS[this.#format].load();
    this.#screen.write(report(whole));
  }
}
